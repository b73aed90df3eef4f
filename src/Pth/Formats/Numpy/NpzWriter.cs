using Pth.Bytes;
using Pth.Zip;

namespace Pth.Formats.Numpy;

/// <summary>Writes a zip of NumPy arrays as <c>numpy.savez</c> does: not compressed. Elements begin at multiples of 64, so that they can be mapped.</summary>
internal sealed class NpzWriter : IContainerWriter
{
    private const string Extension = ".npy";
    private const int Alignment = 64;

    /// <inheritdoc />
    public SaveSummary Save(PyValue root, string? path, WriteOptions options, Func<long, ByteSink> open)
    {
        var selection = TensorSelection.Take(root, options, "npz", Refuse);
        long bytes = 0;
        var records = new List<ZipRecord>(selection.Tensors.Count);
        foreach ((string name, TensorView view) in selection.Tensors)
        {
            NpyFile file = NpyFile.Plan(view);
            (ByteSource data, StorageChecksum? expected) = file.ToRecord();
            records.Add(new ZipRecord(name + Extension, data, expected));
            bytes += file.Elements.Data.Length;
        }
        ZipLayout layout = ZipLayout.Plan("", records, Alignment);
        using ByteSink sink = open(layout.Length);
        ZipWriter.Write(layout, sink, null, options.Progress, options.CancellationToken);
        sink.Commit();
        return new SaveSummary(layout.Length, records.Count, bytes, 0)
        {
            LeftOut = selection.LeftOut,
            Dropped = selection.Dropped,
        };
    }

    // Python's zipfile cuts a name at its first zero; a zip has 16 bits for its length.
    private static string? Refuse(string name, TensorView view) =>
        name.Contains('\0', StringComparison.Ordinal) ? "a name with the character 0"
        : System.Text.Encoding.UTF8.GetByteCount(name) > ushort.MaxValue - Extension.Length
            ? "a name too long for a zip"
        : NpyFile.Refuse(view);
}
