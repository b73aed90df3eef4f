using System.Text;

namespace Pth.Formats.TorchZip;

/// <summary>
/// The 40 digits of <c>.data/serialization_id</c> (PyTorch 2.1 and later): a hash over the names of the records, then one
/// over their checksums, each as 20 decimal digits. As PyTorch's Linux builds compute it; other systems hash names otherwise.
/// </summary>
/// <remarks>
/// Source: <c>caffe2/serialize/inline_container.cc</c>. <c>torch.load</c> only logs the id. Nothing of the archive's own
/// name goes into it, so a renamed file keeps it.
/// </remarks>
internal sealed class SerializationId
{
    /// <summary>The length of the record in bytes: two numbers of 20 digits.</summary>
    public const int Length = 40;

    private readonly LibStdCppStringSet _names = new();
    private ulong _checksums;

    /// <summary>Takes the next record in the order of writing. The id itself is not taken.</summary>
    /// <param name="name">The name without the archive: <c>data/0</c>.</param>
    /// <param name="crc32">The checksum that the file records for it.</param>
    /// <param name="head">The first 8 bytes of the record, or all of a shorter one.</param>
    public void Add(string name, uint crc32, ReadOnlySpan<byte> head)
    {
        _names.Add(Encoding.UTF8.GetBytes(name));
        if (head.IsEmpty)
        {
            return;
        }
        // PyTorch gathers the checksums by watching for what looks like a data descriptor among the pieces it writes.
        // A record that begins like one is taken for one.
        if (head.Length >= 8 && head.StartsWith("PK\x07\x08"u8))
        {
            _checksums = Combine(_checksums, BitConverter.ToUInt32(head[4..]));
        }
        _checksums = Combine(_checksums, crc32);
    }

    /// <summary>The record's 40 bytes.</summary>
    public byte[] ToBytes() => Encoding.ASCII.GetBytes(ToString());

    /// <inheritdoc />
    public override string ToString()
    {
        ulong names = 0;
        foreach (ulong hash in _names)
        {
            names = Combine(names, hash);
        }
        return $"{names:D20}{_checksums:D20}";
    }

    private static ulong Combine(ulong seed, ulong value) =>
        unchecked(seed ^ (value + 0x9e3779b9 + (seed << 6) + (seed >> 2)));
}
