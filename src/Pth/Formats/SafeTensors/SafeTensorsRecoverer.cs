using Pth.Bytes;
using Pth.Errors;

namespace Pth.Formats.SafeTensors;

/// <summary>Takes the whole tensors out of a safetensors file that was cut behind its header. The format has no checksums.</summary>
internal sealed class SafeTensorsRecoverer : IRecoverer
{
    private readonly SafeTensorsReader _reader = new();

    /// <inheritdoc />
    public bool Recognizes(ByteSource source) => _reader.Recognizes(source);

    /// <inheritdoc />
    public RecoveredContent Recover(ByteSource source, ReadOptions options)
    {
        SafeTensorsHeader header = SafeTensorsHeader.Read(source, options, mayBeCut: true);
        long length = source.Length - header.DataOffset;
        var root = new PyDict();
        var oddities = new List<string>();
        var notes = new List<string>();
        var losses = new Dictionary<Storage, StorageLoss>(ReferenceEqualityComparer.Instance);
        foreach (SafeTensorsEntry entry in header.Entries)
        {
            if (entry.End > long.MaxValue)
            {
                throw new ErrorLocation(source.Name, entry.Name).Error(
                    CheckpointErrorKind.InvalidTensor,
                    $"a tensor that ends at byte {entry.End}",
                    "a place that fits in 63 bits"
                );
            }
            bool isThere = entry.End <= (ulong)length || entry.End == entry.Start;
            long offset = header.DataOffset + Math.Min((long)entry.Start, length);
            ByteSource? data = isThere ? source.Slice(offset, (long)(entry.End - entry.Start)) : null;
            TensorView view = SafeTensorsReader.MakeView(entry, data, offset, oddities);
            root.SetRead(new PyString(entry.Name), new PyTensor(view));
            if (!isThere)
            {
                long there = Math.Max(length - (long)entry.Start, 0);
                losses.Add(
                    view.Storage,
                    new StorageLoss($"the file has {there} of its {entry.End - entry.Start} bytes")
                );
            }
        }
        ulong end = header.Entries.Count > 0 ? header.Entries[^1].End : 0;
        if (end != (ulong)length)
        {
            notes.Add($"safetensors of {source.Length} bytes where the header wants {(ulong)header.DataOffset + end}");
        }
        long zeros = ZeroTail.FindStart(source);
        if (zeros < source.Length)
        {
            notes.Add(
                $"the file ends with zeros from byte {zeros} on, which no checksum tells from what was saved: look at the last tensors"
            );
        }
        return new RecoveredContent(root, SafeTensorsReader.MakeInfo(header, oddities), losses) { Notes = notes };
    }
}
