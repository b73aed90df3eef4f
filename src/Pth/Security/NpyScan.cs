using System.Buffers.Binary;
using System.Text;
using Pth.Bytes;

namespace Pth.Security;

/// <summary>Looks at a NumPy file: one of objects is a pickle.</summary>
internal sealed class NpyScan(FileScan scan, ContentScan contents)
{
    public static bool IsNpy(ReadOnlySpan<byte> head) =>
        head is [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', >= 1 and <= 3, _, _, _, _, _, ..];

    public void Look(ByteSource source, string? stream, int depth)
    {
        ReadOnlySpan<byte> head = source.GetSpan(0, (int)Math.Min(source.Length, 1 << 20));
        bool isShort = head[6] == 1;
        long length = isShort
            ? BinaryPrimitives.ReadUInt16LittleEndian(head[8..])
            : BinaryPrimitives.ReadUInt32LittleEndian(head[8..]);
        int start = isShort ? 10 : 12;
        if (length > head.Length - start)
        {
            scan.Add(ScanLevel.Suspicious, "PTH036", stream, 8, $"a header of {length} bytes, which is not there");
            length = head.Length - start;
        }
        string header = Encoding.Latin1.GetString(head.Slice(start, (int)length));
        long offset = start + length;
        ByteSource data = source.Slice(offset, source.Length - offset);
        long? known = DataLength(header);
        bool hasObjects =
            header.Contains("'O", StringComparison.Ordinal)
            || header.Contains("|O", StringComparison.Ordinal)
            || header.Contains("\"O", StringComparison.Ordinal);
        // Whoever reads the header reads it as Python, which can write a letter in many ways.
        if (hasObjects || known is null)
        {
            string inner = StreamName.Within(stream, "objects");
            if (!new PickleScan(scan, contents).LookAtStart(data, inner, depth + 1))
            {
                new PickleScan(scan, contents).Search(data, inner, depth + 1);
            }
        }
        else if (known is { } wanted && wanted < data.Length)
        {
            scan.Add(ScanLevel.Suspicious, "PTH025", stream, offset + wanted, "bytes behind the array");
            contents.LookAtStray(
                data.Slice(wanted, data.Length - wanted),
                StreamName.Within(stream, "behind the array"),
                depth + 1
            );
        }
    }

    // Only of plain dtypes: '<f4', '|u1', '<U5'.
    private static long? DataLength(string header)
    {
        int descr = header.IndexOf("descr", StringComparison.Ordinal);
        int shape = header.IndexOf("shape", StringComparison.Ordinal);
        if (descr < 0 || shape < 0 || header.Contains('\\', StringComparison.Ordinal))
        {
            return null;
        }
        string dtype = header[(descr + 6)..].TrimStart(' ', ':', '\'', '"', '<', '>', '|', '=');
        int open = header.IndexOf('(', shape);
        int close = header.IndexOf(')', shape);
        if (dtype.Length < 2 || open < 0 || close < open)
        {
            return null;
        }
        string digits = string.Concat(dtype.Skip(1).TakeWhile(char.IsAsciiDigit));
        if (!long.TryParse(digits, out long size) || size > 1 << 20)
        {
            return null;
        }
        Int128 length = dtype[0] == 'U' ? 4 * size : size;
        foreach (
            string part in header[(open + 1)..close]
                .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        )
        {
            if (!long.TryParse(part, out long extent) || extent < 0 || length > long.MaxValue / Math.Max(extent, 1))
            {
                return null;
            }
            length *= extent;
        }
        return (long)length;
    }
}
