using Pth.Bytes;
using Pth.Pickle;

namespace Pth.Security;

/// <summary>Looks at the pickles in bytes, one behind the other, also past the first STOP and past the point where one breaks.</summary>
internal sealed class PickleScan(FileScan scan, ContentScan contents)
{
    private const string LegacyMagic = "119547037146038801333356";

    /// <summary>Magic number, version, system, object, and the keys of the storages.</summary>
    private const int LegacyPickles = 5;

    /// <summary>To follow what could be a pickle takes as long as to unpack so many times its bytes.</summary>
    private const int TryPrice = 8;

    /// <summary>What the pickles say of storages.</summary>
    public List<StorageClaim> Storages { get; } = [];

    /// <summary>Looks at pickles that begin with the bytes.</summary>
    /// <returns>Whether the bytes are pickles.</returns>
    public bool LookAtStart(ByteSource source, string? stream, int depth)
    {
        ReadOnlySpan<byte> bytes = Whole(source);
        int offset = 0;
        int count = 0;
        bool isLegacy = false;
        bool isBroken = false;
        while (offset < bytes.Length && !isBroken && !(isLegacy && count == LegacyPickles) && MayGoOn(count, stream))
        {
            PickleTrace trace = SymbolicMachine.Follow(bytes, offset, scan);
            if (!trace.IsProven && !BeginsWithDanger(trace))
            {
                break;
            }
            isLegacy |= count == 0 && trace.LongResult == LegacyMagic;
            Report(trace, source, stream, depth);
            offset = trace.End;
            isBroken = trace.Reason != PickleEnd.Stop;
            count++;
        }
        if (count == 0)
        {
            return false;
        }
        if (isLegacy && count == LegacyPickles)
        {
            offset = (int)Math.Min(offset + LegacyStorages(), bytes.Length);
        }
        LookBehind(source, stream, depth, bytes, offset, isBroken);
        return true;
    }

    /// <summary>Looks for pickles anywhere in bytes.</summary>
    public void Search(ByteSource source, string? stream, int depth) => Search(source, stream, depth, 0);

    private void LookBehind(
        ByteSource source,
        string? stream,
        int depth,
        ReadOnlySpan<byte> bytes,
        int offset,
        bool isBroken
    )
    {
        ReadOnlySpan<byte> rest = bytes[offset..];
        if (rest.IndexOfAnyExcept("\0\r\n "u8) < 0)
        {
            return;
        }
        if (!isBroken)
        {
            scan.Add(ScanLevel.Suspicious, "PTH025", stream, offset, $"{rest.Length} bytes behind the last pickle");
        }
        Search(source, stream, depth, offset);
    }

    private void Search(ByteSource source, string? stream, int depth, int start)
    {
        ReadOnlySpan<byte> bytes = Whole(source);
        int position = start;
        while ((position = PickleSearch.Find(bytes, position)) >= 0)
        {
            PickleTrace trace = SymbolicMachine.Follow(bytes, position, scan);
            if (!scan.MayWork(Math.Max(TryPrice * (long)(trace.End - position), trace.Work), stream))
            {
                return;
            }
            bool isWhole =
                trace is { Reason: PickleEnd.Stop, Operations: > 3, Globals.Count: > 0 }
                && trace.Globals.Values.All(use => use.HasPlausibleName);
            if (isWhole || HasDanger(trace))
            {
                Report(trace, source, stream, depth);
                position = Math.Max(trace.End, position + 1);
            }
            else
            {
                position++;
            }
        }
    }

    // A word list can begin like an import; one that Python would run stands at the very beginning, or makes a call.
    private static bool BeginsWithDanger(PickleTrace trace) =>
        HasDanger(trace)
        || trace.Globals.Values.Any(use =>
            use.Offset == trace.Start && use.Verdict is { Level: ScanLevel.Dangerous, IsByName: false }
        );

    private bool MayGoOn(int count, string? stream) => count < 1_000 || scan.MayWork(1 << 10, stream);

    private static bool HasDanger(PickleTrace trace) =>
        trace.HasCalls && trace.Globals.Values.Any(use => use.Verdict.Level == ScanLevel.Dangerous);

    private long LegacyStorages() =>
        Storages
            .Where(claim => claim is { Elements: >= 0 and < 1L << 56, ItemSize: > 0 })
            .DistinctBy(claim => claim.Key, StringComparer.Ordinal)
            .Aggregate(0L, (sum, claim) => Math.Min(sum + 8 + claim.Elements * claim.ItemSize, 1L << 60));

    private void Report(PickleTrace trace, ByteSource source, string? stream, int depth)
    {
        scan.Pickles++;
        Storages.AddRange(trace.Storages);
        scan.OnPickle?.Invoke(Whole(source), stream, trace);
        foreach (GlobalUse use in trace.Globals.Values)
        {
            Report(use, stream);
        }
        foreach (StreamNote note in trace.Notes)
        {
            scan.Add(note.Level, note.Rule, stream, note.Offset, note.Reason, null, note.Call);
        }
        ReportEnd(trace, source, stream);
        foreach (HiddenRange range in trace.Hidden)
        {
            if (!scan.MayWork(range.Length, stream))
            {
                return;
            }
            LookAt(range, source, stream, depth);
        }
    }

    private void Report(GlobalUse use, string? stream)
    {
        Verdict verdict = use.Verdict;
        if (verdict.Level == ScanLevel.Safe)
        {
            return;
        }
        if (verdict.Package is { } package)
        {
            scan.AddPackage(package);
        }
        if (verdict.Level == ScanLevel.NeedsCode || use.Calls.Count == 0)
        {
            string? call = use.Calls.Count > 0 ? use.Calls[0].Text : null;
            scan.Add(verdict.Level, verdict.Rule, stream, use.Offset, verdict.Reason, use.FullName, call);
            return;
        }
        foreach ((int offset, string text) in use.Calls)
        {
            scan.Add(verdict.Level, verdict.Rule, stream, offset, verdict.Reason, use.FullName, text);
        }
    }

    private void ReportEnd(PickleTrace trace, ByteSource source, string? stream)
    {
        switch (trace.Reason)
        {
            case PickleEnd.Broken:
                byte found = Whole(source)[trace.End];
                string what = OpcodeFacts.Of((Opcode)found) is null
                    ? $"byte 0x{found:X2} is no instruction"
                    : $"{(Opcode)found} wants more bytes than there are";
                scan.Add(ScanLevel.Suspicious, "PTH020", stream, trace.End, $"the pickle breaks: {what}");
                break;
            case PickleEnd.Cut:
                scan.Add(ScanLevel.Suspicious, "PTH020", stream, trace.End, "the pickle ends without STOP");
                break;
            case PickleEnd.TooMuch:
                scan.Add(
                    ScanLevel.Suspicious,
                    "PTH029",
                    stream,
                    trace.End,
                    "the pickle holds more values than are followed"
                );
                break;
        }
    }

    private void LookAt(HiddenRange range, ByteSource source, string? stream, int depth)
    {
        ByteSource bytes = range.Decoded is { } decoded
            ? new MemorySource(decoded)
            : source.Slice(range.Offset, range.Length);
        if (range.IsText)
        {
            contents.LookAtText(bytes.GetSpan(0, range.Length), stream, depth, range.Offset);
        }
        else
        {
            string inner = StreamName.Within(stream, $"bytes at 0x{range.Offset:X}");
            contents.LookAtHidden(bytes, inner, depth, "bytes");
        }
    }

    private static ReadOnlySpan<byte> Whole(ByteSource source) =>
        source.GetSpan(0, (int)Math.Min(source.Length, int.MaxValue));
}
