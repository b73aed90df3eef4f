using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Pth.Torch.Tensors;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pth.Torch;

/// <summary>Between TorchSharp's tensors and ours.</summary>
public static partial class TensorExtensions
{
    /// <summary>
    /// The tensor as <see cref="Checkpoint.Save(string, PyValue, WriteOptions?)"/> takes it, with the storage that it looks at, its offset and its strides.
    /// In the memory of this process nothing is copied: a later change of the tensor changes the view, and disposing the tensor leaves the
    /// view good. Tensors on other devices are copied, whole storages at once, and keep the name of their device.
    /// </summary>
    /// <param name="tensor">Strided, quantized, sparse with coordinates, or on the meta device.</param>
    /// <param name="storages">What was met before, so that shared memory stays shared; null where the tensor comes alone.</param>
    /// <returns>The view; a parameter where the tensor is one.</returns>
    /// <exception cref="NotSupportedException">TorchSharp has no name for its element type.</exception>
    public static TensorView ToTensorView(this Tensor tensor, SharedStorages? storages = null)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        TorchRuntime.EnsureLoaded();
        storages ??= new SharedStorages();
        TensorView view = tensor.is_sparse ? Sparse(tensor, storages) : Strided(tensor, storages);
        return new TensorView(view) { RequiresGrad = tensor.requires_grad, IsParameter = tensor is Parameter };
    }

    private static TensorView Strided(Tensor tensor, SharedStorages storages)
    {
        DType dtype = SavedTypes.Of(tensor.dtype);
        return new TensorView(
            storages.Get(tensor, dtype),
            dtype,
            [.. tensor.shape],
            [.. tensor.stride()],
            tensor.storage_offset()
        )
        {
            Quantization = tensor.is_quantized() ? QuantizationOf(tensor, storages) : null,
            IsConjugated = tensor.is_conj(),
            IsNegated = tensor.is_neg(),
        };
    }

    /// <summary>Never said to be coalesced, as TorchSharp does not tell: a promise too few, which changes no element.</summary>
    private static TensorView Sparse(Tensor tensor, SharedStorages storages)
    {
        using Tensor indices = tensor.SparseIndices;
        using Tensor values = tensor.SparseValues;
        return TensorView.FromParts(
            TensorLayout.SparseCoo,
            SavedTypes.Of(tensor.dtype),
            ImmutableArray.Create(tensor.shape),
            [new TensorPart("indices", Strided(indices, storages)), new TensorPart("values", Strided(values, storages))]
        );
    }

    private static Quantization QuantizationOf(Tensor tensor, SharedStorages storages)
    {
        try
        {
            return new Quantization.PerTensor(tensor.q_scale(), tensor.q_zero_point());
        }
        catch (ExternalException)
        {
            // It has a scale for each channel; TorchSharp has no way to ask which of the two it is.
            using Tensor scales = tensor.q_per_channel_scales();
            using Tensor zeroPoints = tensor.q_per_channel_zero_points();
            return new Quantization.PerChannel(
                Strided(scales, storages),
                Strided(zeroPoints, storages),
                checked((int)tensor.q_per_channel_axis())
            );
        }
    }
}
