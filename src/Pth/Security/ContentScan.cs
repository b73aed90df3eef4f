using Pth.Bytes;

namespace Pth.Security;

/// <summary>Looks at bytes by what they are, whatever they are called.</summary>
internal sealed class ContentScan(FileScan scan)
{
    /// <summary>
    /// Of unknown files, what is searched beyond their beginning: nothing loads what lies in the middle of them, and other programs'
    /// files may be as large as disks.
    /// </summary>
    private const int SearchedAtEnds = 64 << 20;

    /// <summary>A block of a tar, whose signature lies far behind its beginning.</summary>
    private const int HeadLength = 512;

    /// <summary>Looks at everything in a source.</summary>
    /// <param name="source">The bytes.</param>
    /// <param name="stream">What they are in the file; null for the file itself.</param>
    /// <param name="depth">How many containers are around them.</param>
    /// <returns>What they are.</returns>
    public string Look(ByteSource source, string? stream, int depth)
    {
        if (depth > scan.Options.MaxDepth)
        {
            scan.Add(
                ScanLevel.Suspicious,
                "PTH041",
                stream,
                null,
                $"containers nest more than {scan.Options.MaxDepth} deep"
            );
            return "other";
        }
        ReadOnlySpan<byte> head = source.Read(0, (int)Math.Min(source.Length, HeadLength), stackalloc byte[HeadLength]);
        if (ZipDirectoryScan.TryRead(source, scan, stream) is { } zip)
        {
            LookAtZips(zip, source, stream, depth);
            return "zip";
        }
        string? kind = null;
        if (Signatures.FindClosed(head) is { } closed)
        {
            scan.Add(
                ScanLevel.Suspicious,
                "PTH040",
                stream,
                0,
                $"a {closed} archive, which is not looked into; PyTorch writes none"
            );
            kind = closed;
        }
        else if (Unpacking.IsPacked(head))
        {
            kind = new Unpacking(scan, this).Look(source, stream, depth);
        }
        else if (TarScan.IsTar(head))
        {
            new TarScan(scan, this).Look(source, stream, depth);
            kind = "tar";
        }
        if (kind is not null)
        {
            // A file can be two things at once.
            _ = new PickleScan(scan, this).LookAtStart(source, stream, depth);
            return kind;
        }
        return NpyScan.IsNpy(head) ? LookAtNpy(source, stream, depth) : LookAtRest(source, stream, depth);
    }

    // PyTorch's distributed checkpoints put whole archives one behind the other.
    private void LookAtZips(ZipDirectoryScan last, ByteSource source, string? stream, int depth)
    {
        ZipDirectoryScan zip = last;
        ByteSource rest = source;
        while (zip.Shift > 0 && scan.MayWork(1 << 10, stream))
        {
            ByteSource before = rest.Slice(0, zip.Shift);
            ZipDirectoryScan? earlier = ZipDirectoryScan.TryRead(before, scan, stream);
            if (earlier is not { IsMissing: false } || earlier.End != before.Length)
            {
                earlier?.Dispose();
                break;
            }
            LookAtOneZip(rest.Slice(zip.Shift, rest.Length - zip.Shift), stream, zip.Shift, depth);
            zip.Dispose();
            (zip, rest) = (earlier, before);
        }
        using (zip)
        {
            new ZipScan(scan, this).Look(zip, rest, stream, depth);
            if (!ReferenceEquals(zip, last))
            {
                // The first one's directory is what PyTorch reads of the whole row.
                LookAtOthers([.. last.Others.Where(other => other != (zip.Start, zip.Shift))], source, stream, depth);
            }
        }
    }

    private void LookAtOthers(List<(long Start, long Shift)> others, ByteSource source, string? stream, int depth)
    {
        if (others.Count == 0)
        {
            return;
        }
        using ZipDirectoryScan? whole = ZipDirectoryScan.TryRead(source, scan, stream);
        if (whole is not null)
        {
            new ZipScan(scan, this).LookAtOthers(whole, others, source, stream, depth);
        }
    }

    private void LookAtOneZip(ByteSource source, string? stream, long offset, int depth)
    {
        string name = StreamName.Within(stream, $"zip at 0x{offset:X}");
        using ZipDirectoryScan? zip = ZipDirectoryScan.TryRead(source, scan, name);
        if (zip is not null)
        {
            new ZipScan(scan, this).Look(zip, source, name, depth);
        }
    }

    /// <summary>Looks at bytes that no container vouches for: between records, behind the end.</summary>
    public void LookAtStray(ByteSource source, string? stream, int depth)
    {
        string kind = Look(source, stream, depth);
        if (kind is "other" or "pickle")
        {
            new PickleScan(scan, this).Search(source, stream, depth);
        }
    }

    /// <summary>Looks at text for pickles in base64 or hex.</summary>
    /// <returns>Whether there were any.</returns>
    public bool LookAtText(ReadOnlySpan<byte> text, string? stream, int depth, long offset)
    {
        bool found = false;
        foreach ((int place, byte[] bytes) in EncodedSearch.Decode(text, 1_000))
        {
            if (scan.MayWork(bytes.Length, stream))
            {
                string inner = StreamName.Within(stream, $"encoded text at 0x{offset + place:X}");
                found |= LookAtHidden(new MemorySource(bytes), inner, depth, "text in base64 or hex");
            }
        }
        return found;
    }

    /// <summary>Looks at a value that may hold something.</summary>
    /// <returns>Whether it did.</returns>
    public bool LookAtHidden(ByteSource source, string stream, int depth, string what)
    {
        int before = scan.Pickles;
        string kind = Look(source, stream, depth + 1);
        if (kind is "other" && scan.Pickles == before)
        {
            new PickleScan(scan, this).Search(source, stream, depth + 1);
        }
        // Honest values are packed too.
        bool found = kind is not ("other" or "safetensors" or "npy" or "zlib") || scan.Pickles > before;
        if (found)
        {
            scan.Add(
                ScanLevel.Suspicious,
                "PTH070",
                stream,
                0,
                $"{what} that holds a {(kind == "other" ? "pickle" : kind)}"
            );
        }
        return found;
    }

    private string LookAtNpy(ByteSource source, string? stream, int depth)
    {
        new NpyScan(scan, this).Look(source, stream, depth);
        return "npy";
    }

    private string LookAtRest(ByteSource source, string? stream, int depth)
    {
        if (SafeTensorsScan.TryLook(source, scan, this, stream, depth))
        {
            _ = new PickleScan(scan, this).LookAtStart(source, stream, depth);
            return "safetensors";
        }
        var pickles = new PickleScan(scan, this);
        if (pickles.LookAtStart(source, stream, depth))
        {
            return "pickle";
        }
        int length = (int)Math.Min(source.Length, SearchedAtEnds);
        pickles.Search(source.Slice(0, length), stream, depth);
        LookAtText(source.GetSpan(0, length), stream, depth, 0);
        if (source.Length > length)
        {
            long start = Math.Max(source.Length - SearchedAtEnds, length);
            string tail = StreamName.Within(stream, $"from 0x{start:X}");
            pickles.Search(source.Slice(start, source.Length - start), tail, depth);
        }
        return "other";
    }
}
