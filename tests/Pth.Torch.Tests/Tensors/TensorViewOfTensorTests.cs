using System.Runtime.CompilerServices;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pth.Torch.Tests.Tensors;

public sealed class TensorViewOfTensorTests
{
    public static TheoryData<ScalarType, DType> Types =>
        new()
        {
            { ScalarType.Byte, DType.UInt8 },
            { ScalarType.Int8, DType.Int8 },
            { ScalarType.Int16, DType.Int16 },
            { ScalarType.Int32, DType.Int32 },
            { ScalarType.Int64, DType.Int64 },
            { ScalarType.Float16, DType.Float16 },
            { ScalarType.BFloat16, DType.BFloat16 },
            { ScalarType.Float32, DType.Float32 },
            { ScalarType.Float64, DType.Float64 },
            { ScalarType.Bool, DType.Bool },
            { ScalarType.ComplexFloat32, DType.Complex64 },
            { ScalarType.ComplexFloat64, DType.Complex128 },
        };

    [Theory]
    [MemberData(nameof(Types))]
    public void Every_element_type_keeps_its_bytes(ScalarType type, DType expected)
    {
        using Tensor tensor = arange(6).reshape(2, 3).to(type);

        TensorView view = tensor.ToTensorView();

        Assert.Equal(expected, view.DType);
        Assert.Equal([2, 3], view.Shape);
        Assert.Equal(tensor.bytes.ToArray(), view.Storage.GetSpan(0, (int)view.Storage.ByteCount).ToArray());
    }

    [Fact]
    public void Nothing_is_copied()
    {
        using Tensor tensor = zeros(3);
        TensorView view = tensor.ToTensorView();

        tensor.fill_(2);

        Assert.Equal(2f, view.AsTensorSpan<float>()[1]);
    }

    [Fact]
    public void A_view_keeps_its_offset_and_strides_and_shares_the_storage_of_the_whole()
    {
        using Tensor whole = arange(12, ScalarType.Float32).reshape(3, 4);
        using Tensor row = whole[1];
        using Tensor turned = whole.t();
        var storages = new SharedStorages();

        TensorView wholeView = whole.ToTensorView(storages);
        TensorView rowView = row.ToTensorView(storages);
        TensorView turnedView = turned.ToTensorView(storages);

        Assert.Same(wholeView.Storage, rowView.Storage);
        Assert.Same(wholeView.Storage, turnedView.Storage);
        Assert.Equal(48, wholeView.Storage.ByteCount);
        Assert.Equal(4, rowView.Offset);
        Assert.Equal([1, 4], turnedView.Strides);
        Assert.Equal([4, 5, 6, 7], rowView.ToArray<float>());
    }

    [Fact]
    public void Scalars_and_tensors_without_elements_have_their_shapes()
    {
        using Tensor scalar = tensor(7L);
        using Tensor empty = zeros(0, 3);

        Assert.Empty(scalar.ToTensorView().Shape);
        Assert.Equal([7L], scalar.ToTensorView().ToArray<long>());
        Assert.Equal([0, 3], empty.ToTensorView().Shape);
        Assert.Equal(0, empty.ToTensorView().Storage.ByteCount);
    }

    [Fact]
    public void A_parameter_is_one_and_asks_for_gradients()
    {
        using var parameter = new Parameter(zeros(2));
        using Tensor plain = zeros(2);

        Assert.True(parameter.ToTensorView() is { IsParameter: true, RequiresGrad: true });
        Assert.True(plain.ToTensorView() is { IsParameter: false, RequiresGrad: false });
    }

    [Fact]
    public void A_view_outlives_its_tensor_and_the_scope_that_it_was_made_in()
    {
        TensorView view = MakeAndDispose();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        using Tensor other = full([1_000], 9f);

        Assert.Equal(Enumerable.Repeat(3f, 1_000), view.ToArray<float>());

        [MethodImpl(MethodImplOptions.NoInlining)]
        static TensorView MakeAndDispose()
        {
            using DisposeScope scope = NewDisposeScope();
            return full([1_000], 3f).ToTensorView();
        }
    }

    [Fact]
    public void Conjugates_and_negatives_are_marked_and_not_copied()
    {
        using Tensor tensor = complex(tensor_(1f, 2f), tensor_(3f, 4f));
        using Tensor conjugate = tensor.conj();
        using Tensor negative = conjugate.imag;
        var storages = new SharedStorages();

        TensorView view = conjugate.ToTensorView(storages);

        Assert.True(view.IsConjugated);
        Assert.Same(tensor.ToTensorView(storages).Storage, view.Storage);
        Assert.True(negative.ToTensorView().IsNegated);
        Assert.Equal([-3f, -4f], negative.ToTensorView().ToArray<float>());

        static Tensor tensor_(float a, float b) => torch.tensor([a, b]);
    }

    [Fact]
    public void Quantized_tensors_keep_their_integers_and_scales()
    {
        using Tensor reals = tensor(new[] { -1f, 0f, 2f, 3f });
        using Tensor whole = quantize_per_tensor(reals, 0.5, 10, ScalarType.QUInt8);
        using Tensor rows = quantize_per_channel(
            reals.reshape(2, 2),
            tensor(new[] { 0.5, 0.25 }),
            tensor(new[] { 1L, 2L }),
            0,
            ScalarType.QInt8
        );

        TensorView view = whole.ToTensorView();
        TensorView rowsView = rows.ToTensorView();

        Assert.Equal(DType.QUInt8, view.DType);
        Assert.Equal(new Quantization.PerTensor(0.5, 10), view.Quantization);
        Assert.Equal([8, 10, 14, 16], view.Storage.GetSpan(0, 4).ToArray());
        Quantization.PerChannel channels = Assert.IsType<Quantization.PerChannel>(rowsView.Quantization);
        Assert.Equal([0.5, 0.25], channels.Scales.ToArray<double>());
        Assert.Equal([1L, 2L], channels.ZeroPoints.ToArray<long>());
        Assert.Equal(0, channels.Axis);
    }

    [Fact]
    public void Sparse_tensors_keep_their_parts()
    {
        using Tensor dense = tensor(
            new float[,]
            {
                { 0, 5 },
                { 0, 0 },
            }
        );
        using Tensor sparse = dense.to_sparse();

        TensorView view = sparse.ToTensorView();

        Assert.Equal(TensorLayout.SparseCoo, view.Layout);
        Assert.Equal([2, 2], view.Shape);
        Assert.Equal([0L, 1L], view.Parts[0].Tensor.ToArray<long>());
        Assert.Equal([5f], view.Parts[1].Tensor.ToArray<float>());
    }

    [Fact]
    public void A_tensor_without_memory_is_one_here_too()
    {
        using Tensor meta = zeros([2, 3], device: META);

        TensorView view = meta.ToTensorView();

        Assert.True(view.Storage.IsMeta);
        Assert.Equal([2, 3], view.Shape);
    }
}
