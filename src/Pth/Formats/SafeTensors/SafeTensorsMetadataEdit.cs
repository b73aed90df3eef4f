using System.Buffers;
using Pth.Bytes;

namespace Pth.Formats.SafeTensors;

/// <summary>A header with other metadata and everything else as it was, to the byte.</summary>
internal static class SafeTensorsMetadataEdit
{
    /// <param name="source">The file.</param>
    /// <param name="change">Changes the texts.</param>
    /// <returns>The new head of the file with the length before it, as long as the old one where it fits; and where the old one ends.</returns>
    /// <exception cref="InvalidOperationException">A text cannot be written, or the header becomes too long.</exception>
    public static (byte[] Head, long OldEnd) Make(ByteSource source, Action<IDictionary<string, string>> change)
    {
        var header = SafeTensorsHeader.Read(source, ReadOptions.Default with { Limits = ReadLimits.Trusted });
        var metadata = new OrderedDictionary<string, string>(header.Metadata ?? [], StringComparer.Ordinal);
        change(metadata);
        foreach ((string key, string value) in metadata)
        {
            if (!SafeTensorsText.CanHold(key) || !SafeTensorsText.CanHold(value))
            {
                throw new InvalidOperationException(
                    $"Found half of a surrogate pair in the metadata '{key}', expected whole characters."
                );
            }
        }

        // Copied: some systems cannot replace a file that is mapped.
        var json = new byte[header.Length];
        source.CopyTo(SafeTensorsHeader.LengthSize, json);
        ReadOnlySpan<byte> old = json.AsSpan().TrimEnd(" \t\r\n"u8);
        using var target = new PooledBuffer();
        target.Write(stackalloc byte[SafeTensorsHeader.LengthSize]);
        if (header.MetadataRange is var (start, end))
        {
            target.Write(old[..start]);
            SafeTensorsLayout.WriteMetadata(target, metadata);
            target.Write(old[end..]);
        }
        else
        {
            int first = old.IndexOf((byte)'{') + 1;
            target.Write(old[..first]);
            SafeTensorsLayout.WriteMetadata(target, metadata);
            target.Write(header.Entries.Count > 0 ? ","u8 : ""u8);
            target.Write(old[first..]);
        }
        SafeTensorsLayout.Finish(target, header.Length);
        return (target.Written.ToArray(), header.DataOffset);
    }
}
