using System.Text;
using Pth.Bytes;

namespace Pth.Security;

/// <summary>Looks at the members of a tar, leniently.</summary>
internal sealed class TarScan(FileScan scan, ContentScan contents)
{
    private const int Block = 512;
    private const int MostMembers = 100_000;

    /// <summary>Whether a block is the header of a member: its checksum is right.</summary>
    public static bool IsTar(ReadOnlySpan<byte> head)
    {
        if (head.Length < Block || !TryReadOctal(head.Slice(148, 8), out long recorded))
        {
            return false;
        }
        long sum = 8 * ' ';
        for (int i = 0; i < Block; i++)
        {
            sum += i is >= 148 and < 156 ? 0 : head[i];
        }
        return sum == recorded && head[0] != 0;
    }

    public void Look(ByteSource source, string? stream, int depth)
    {
        long offset = 0;
        string? longName = null;
        for (int count = 0; count < MostMembers && offset + Block <= source.Length; count++)
        {
            ReadOnlySpan<byte> header = source.GetSpan(offset, Block);
            if (!IsTar(header))
            {
                break;
            }
            long start = offset + Block;
            if (!TryReadSize(header.Slice(124, 12), out long size) || size > source.Length - start)
            {
                scan.Add(
                    ScanLevel.Suspicious,
                    "PTH036",
                    stream,
                    offset,
                    "a member of the tar is cut off or has no size"
                );
                size = source.Length - start;
            }
            char type = (char)header[156];
            string name = longName ?? ReadName(header);
            longName = null;
            if (type == 'L')
            {
                longName = Encoding.UTF8.GetString(source.GetSpan(start, (int)Math.Min(size, 4_096))).TrimEnd('\0');
            }
            else
            {
                LookAtMember(source.Slice(start, size), name, type, stream, offset, depth);
            }
            offset = start + (size + Block - 1) / Block * Block;
        }
        LookBehind(source, stream, Math.Min(offset, source.Length), depth);
    }

    private void LookAtMember(ByteSource member, string name, char type, string? stream, long offset, int depth)
    {
        string inner = StreamName.Record(stream, name);
        if (ArchivePath.WhatIsWrong(name) is { } wrong)
        {
            scan.Add(ScanLevel.Suspicious, "PTH034", inner, offset, wrong);
        }
        if (type is '1' or '2')
        {
            string target = ReadText(member, 0);
            scan.Add(ScanLevel.Suspicious, "PTH034", inner, offset, $"a link in a tar{target}");
        }
        if (!scan.MayWork(member.Length, inner))
        {
            return;
        }
        // PyTorch's own tars: pickles between raw numbers.
        if (name is "storages" or "tensors")
        {
            new PickleScan(scan, contents).Search(member, inner, depth + 1);
        }
        else
        {
            contents.Look(member, inner, depth + 1);
        }
    }

    private static string ReadText(ByteSource member, int start) => member.Length > start ? " with content" : "";

    private void LookBehind(ByteSource source, string? stream, long offset, int depth)
    {
        ByteSource rest = source.Slice(offset, source.Length - offset);
        ReadOnlySpan<byte> bytes = rest.GetSpan(0, (int)Math.Min(rest.Length, int.MaxValue));
        int first = bytes.IndexOfAnyExcept((byte)0);
        if (first >= 0)
        {
            scan.Add(ScanLevel.Suspicious, "PTH035", stream, offset + first, "bytes behind the members of the tar");
            contents.LookAtStray(
                rest.Slice(first, rest.Length - first),
                StreamName.Within(stream, "behind the tar"),
                depth + 1
            );
        }
    }

    private static string ReadName(ReadOnlySpan<byte> header)
    {
        string name = Text(header[..100]);
        bool isUstar = header.Slice(257, 5).SequenceEqual("ustar"u8);
        string prefix = isUstar && header[263] == '0' ? Text(header.Slice(345, 155)) : "";
        return prefix.Length == 0 ? name : $"{prefix}/{name}";
    }

    private static string Text(ReadOnlySpan<byte> field)
    {
        int end = field.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? field : field[..end]);
    }

    private static bool TryReadSize(ReadOnlySpan<byte> field, out long size)
    {
        if ((field[0] & 0x80) == 0)
        {
            return TryReadOctal(field, out size);
        }
        size = 0;
        foreach (byte digit in field[4..])
        {
            size = unchecked((size << 8) | digit);
        }
        return size >= 0;
    }

    private static bool TryReadOctal(ReadOnlySpan<byte> field, out long value)
    {
        value = 0;
        ReadOnlySpan<byte> digits = field.Trim("\0 "u8);
        if (digits.ContainsAnyExceptInRange((byte)'0', (byte)'7') || digits.Length is 0 or > 20)
        {
            return digits.Length == 0;
        }
        foreach (byte digit in digits)
        {
            value = (value << 3) | (uint)(digit - '0');
        }
        return true;
    }
}
