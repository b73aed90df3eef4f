namespace Pth.Bytes;

/// <summary>Ranges that were done already, so that what is done twice counts once. Safe to use from several threads.</summary>
internal sealed class RangeSet
{
    private readonly Lock _gate = new();

    // Disjoint, ascending, and never touching.
    private readonly List<(long Start, long End)> _ranges = [];

    /// <summary>Marks a range as done.</summary>
    /// <returns>The range in parts, in order: whether each was new.</returns>
    public IReadOnlyList<(long Start, long End, bool IsNew)> Claim(long start, long end)
    {
        lock (_gate)
        {
            int first = _ranges.FindLastIndex(range => range.End < start) + 1;
            var parts = new List<(long Start, long End, bool IsNew)>(1);
            long at = start;
            long newStart = start;
            long newEnd = end;
            int last = first;
            for (; last < _ranges.Count && _ranges[last].Start <= end; last++)
            {
                (long oldStart, long oldEnd) = _ranges[last];
                Append(parts, at, Math.Min(oldStart, end), isNew: true);
                Append(parts, Math.Max(at, oldStart), Math.Min(oldEnd, end), isNew: false);
                at = Math.Max(at, Math.Min(oldEnd, end));
                newStart = Math.Min(newStart, oldStart);
                newEnd = Math.Max(newEnd, oldEnd);
            }
            Append(parts, at, end, isNew: true);
            _ranges.RemoveRange(first, last - first);
            _ranges.Insert(first, (newStart, newEnd));
            return parts;
        }
    }

    private static void Append(List<(long Start, long End, bool IsNew)> parts, long start, long end, bool isNew)
    {
        if (start < end)
        {
            parts.Add((start, end, isNew));
        }
    }
}
