using System.Text;
using Pth.Bytes;

namespace Pth.Formats.TorchSharp;

/// <summary>Writes what TorchSharp's <c>Module.save</c> writes, byte for byte, in the order of the state dict.</summary>
internal sealed class TorchSharpWriter : IContainerWriter
{
    private const int MoreFollows = 0x80;

    /// <inheritdoc />
    public SaveSummary Save(PyValue root, string? path, WriteOptions options, Func<long, ByteSink> open)
    {
        var selection = TensorSelection.Take(root, options, "TorchSharp's format", Refuse);
        var plan = new WritePlan();
        var header = new MemoryStream();
        long bytes = 0;
        WriteNumber(header, selection.Tensors.Count);
        foreach ((string name, TensorView view) in selection.Tensors)
        {
            WriteDescription(header, name, view);
            ElementBytes elements = TensorElements.Open(view);
            plan.Add(header.ToArray());
            elements.AddTo(plan);
            bytes += elements.Data.Length;
            header.SetLength(0);
        }
        plan.Add(header.ToArray());
        using ByteSink sink = open(plan.Length);
        plan.Write(sink, options.Progress, options.CancellationToken);
        sink.Commit();
        return new SaveSummary(plan.Length, selection.Tensors.Count, bytes, 0)
        {
            LeftOut = selection.LeftOut,
            Dropped = selection.Dropped,
        };
    }

    private static string? Refuse(string name, TensorView view) =>
        TorchSharpTypes.CodeOf(view.DType) < 0 ? $"element type {view.DType.TorchName}"
        : name.EnumerateRunes().Contains(Rune.ReplacementChar) && !name.Contains('\uFFFD', StringComparison.Ordinal)
            ? "a name with half of a surrogate pair"
        : null;

    private static void WriteDescription(MemoryStream header, string name, TensorView view)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(name);
        WriteNumber(header, bytes.Length);
        header.Write(bytes);
        WriteNumber(header, TorchSharpTypes.CodeOf(view.DType));
        WriteNumber(header, view.Shape.Length);
        foreach (long size in view.Shape)
        {
            WriteNumber(header, size);
        }
    }

    private static void WriteNumber(MemoryStream header, long number)
    {
        for (; number >= MoreFollows; number >>= 7)
        {
            header.WriteByte((byte)((number & (MoreFollows - 1)) | MoreFollows));
        }
        header.WriteByte((byte)number);
    }
}
