using Pth.Bytes;

namespace Pth.Security;

/// <content>What lies before, between and behind the records.</content>
internal sealed partial class ZipScan
{
    private void WalkGaps(
        ZipDirectoryScan directory,
        ByteSource source,
        string? stream,
        int depth,
        List<ZipEntryScan> records
    )
    {
        ReadWindow window = directory.Window;
        _places.Sort((a, b) => a.Start.CompareTo(b.Start));
        long position = 0;
        foreach ((long start, long end, string name) in _places)
        {
            if (start < position)
            {
                scan.Add(
                    ScanLevel.Suspicious,
                    "PTH037",
                    StreamName.Record(stream, name),
                    start,
                    "the record begins in another"
                );
            }
            LookAtGap(source, window, position, start, stream, depth, records);
            position = Math.Max(position, end);
        }
        LookAtGap(source, window, position, directory.Start, stream, depth, records);
        if (!directory.IsMissing)
        {
            LookAtGap(source, window, directory.EntriesEnd, directory.EndRecords, stream, depth, records);
            LookAtGap(source, window, directory.End, source.Length, stream, depth, records);
        }
    }

    private void LookAtGap(
        ByteSource source,
        ReadWindow window,
        long start,
        long end,
        string? stream,
        int depth,
        List<ZipEntryScan> records
    )
    {
        // The central directory can name places far behind the end of the file.
        end = Math.Min(end, source.Length);
        while (start < end && ReadLocal(window, start) is { } hidden)
        {
            long length = HiddenLength(source, hidden, end);
            scan.Add(
                ScanLevel.Suspicious,
                "PTH035",
                StreamName.Record(stream, hidden.Name),
                start,
                "a record that the central directory does not have"
            );
            records.Add(hidden with { Packed = length });
            start = Math.Min(DescriptorEnd(window, hidden with { Packed = length }), end);
        }
        if (start >= end)
        {
            return;
        }
        ByteSource gap = source.Slice(start, end - start);
        ReadOnlySpan<byte> bytes = gap.GetSpan(0, (int)Math.Min(gap.Length, int.MaxValue));
        if (bytes.IndexOfAnyExcept((byte)0) < 0)
        {
            return;
        }
        scan.Add(ScanLevel.Suspicious, "PTH035", stream, start, $"{gap.Length} bytes that belong to no record");
        if (scan.MayWork(gap.Length, stream))
        {
            contents.LookAtStray(gap, StreamName.Within(stream, $"bytes at 0x{start:X}"), depth + 1);
        }
        // Records that do not follow one another directly.
        int next = bytes.IndexOf("PK\x03\x04"u8);
        if (next > 0 && scan.MayWork(gap.Length, stream))
        {
            LookAtGap(source, window, start + next, end, stream, depth, records);
        }
    }

    // A size that is left open ends where the next record or the directory begins.
    private static long HiddenLength(ByteSource source, ZipEntryScan hidden, long end)
    {
        long left = Math.Max(end - hidden.DataOffset, 0);
        if (left == 0 || hidden.Packed > 0 || !hidden.HasDescriptor)
        {
            return Math.Min(hidden.Packed, left);
        }
        ReadOnlySpan<byte> rest = source.GetSpan(hidden.DataOffset, (int)Math.Min(left, int.MaxValue));
        int descriptor = rest.IndexOf("PK\x07\x08"u8);
        return descriptor >= 0 ? descriptor : rest.Length;
    }
}
