using TorchSharp;

namespace Pth.Torch.Tensors;

/// <summary>Makes tensors of TorchSharp of those of a file. Those that share a storage there share memory here.</summary>
internal sealed class TensorMaker(TorchTensorOptions options) : IDisposable
{
    private readonly Dictionary<(Storage, torch.ScalarType), torch.Tensor?> _mapped = [];
    private readonly Dictionary<(Storage, torch.ScalarType), torch.Tensor> _whole = [];
    private readonly TensorTransfer _copies = new();

    /// <summary>How many bytes are mapped; fewer are copied faster than that.</summary>
    public int LeastMapped { get; init; } = 64 << 10;

    /// <summary>Makes one, whose elements may not be there before <see cref="Finish"/>.</summary>
    /// <exception cref="NotSupportedException">TorchSharp has no such tensors; the message says what to do.</exception>
    public torch.Tensor Begin(TensorView view)
    {
        if (FindFault(view) is { } fault)
        {
            throw new NotSupportedException(fault);
        }
        torch.ScalarType type = ScalarTypes.Find(view.DType) ?? torch.ScalarType.Float32;
        bool onDevice = options.Device is { type: not DeviceType.CPU };
        if (view.Storage.IsMeta)
        {
            return torch.empty([.. view.Shape], type, device: torch.META);
        }
        if (!options.Copy && !onDevice && !view.DType.IsQuantized && TryMap(view, type) is { } mapped)
        {
            return mapped;
        }
        if (view.ByteCount > view.Storage.ByteCount && !onDevice && HasPlainElements(view))
        {
            // Expanded: it would have more elements than the file.
            return CopyStorage(view, type).as_strided([.. view.Shape], [.. view.Strides], view.Offset);
        }
        torch.Tensor made = torch.empty([.. view.Shape], type, options.Device);
        _copies.Add(view, made);
        return made;
    }

    /// <summary>Fills the tensors that lie in memory of their own.</summary>
    public void Finish(IProgress<TransferProgress>? progress = null)
    {
        _copies.Verify(options.CancellationToken);
        _copies.Run(progress, options.CancellationToken);
    }

    /// <summary>Gives back what only this has; the tensors stay.</summary>
    public void Dispose()
    {
        foreach (torch.Tensor? tensor in _mapped.Values.Concat(_whole.Values))
        {
            tensor?.Dispose();
        }
        _mapped.Clear();
        _whole.Clear();
    }

    /// <summary>Says why there can be no such tensor; null where there can.</summary>
    public string? FindFault(TensorView view)
    {
        if (view.DType.IsQuantized && !options.Dequantize)
        {
            return $"found a quantized tensor, {view.DType.TorchName}, expected one of numbers: ask for Dequantize";
        }
        if (view.Layout != TensorLayout.Strided)
        {
            string parts = string.Join(", ", view.Parts.Select(part => part.Name));
            return $"found a tensor of layout {view.Layout}, expected a strided one: its Parts ({parts}) are";
        }
        if (view.DType.IsQuantized)
        {
            return view.DType.ValuesPerByte > 1
                ? $"found {view.DType.TorchName}, of which a byte holds several elements, expected a type of whole bytes"
                : null;
        }
        return ScalarTypes.Find(view.DType) is null
            ? $"found {view.DType.TorchName}, which TorchSharp does not have, expected a type that it has: "
                + (view.DType.IsFloatingPoint ? "view.Cast(DType.Float32) is one" : "read it with view.ReadAs")
            : null;
    }

    private torch.Tensor? TryMap(TensorView view, torch.ScalarType type)
    {
        if (view.ByteCount < LeastMapped || !HasPlainElements(view) || !BitConverter.IsLittleEndian)
        {
            return null;
        }
        if (!_mapped.TryGetValue((view.Storage, type), out torch.Tensor? whole))
        {
            whole = MappedMemory.TryMap(view.Storage, type, view.DType.ItemSize)?.DetachFromDisposeScope();
            _mapped.Add((view.Storage, type), whole);
        }
        return whole?.as_strided([.. view.Shape], [.. view.Strides], view.Offset);
    }

    private torch.Tensor CopyStorage(TensorView view, torch.ScalarType type)
    {
        if (!_whole.TryGetValue((view.Storage, type), out torch.Tensor? whole))
        {
            long count = view.Storage.ByteCount / view.DType.ItemSize;
            whole = torch.empty(count, type).DetachFromDisposeScope();
            _whole.Add((view.Storage, type), whole);
            _copies.Add(new TensorView(view.Storage, view.DType, [count], [1]), whole);
        }
        return whole;
    }

    private static bool HasPlainElements(TensorView view) =>
        !view.DType.IsQuantized && !view.IsNegated && !(view.IsConjugated && view.DType.IsComplex);
}
