using Pth.Bytes;
using Pth.Errors;
using Pth.Formats.Archive;
using Pth.Zip;

namespace Pth.Formats.TorchZip;

/// <summary>Says what became of a <c>torch.save</c> file that has no end: how long it was to be, and how it ends instead.</summary>
internal static class TorchZipCut
{
    private const string Version = "3\n";

    /// <summary>The error for a zip without its central directory.</summary>
    /// <param name="source">The file.</param>
    /// <param name="limits">How much it may ask for.</param>
    /// <param name="plain">What is said where the file tells no more.</param>
    public static CheckpointException Explain(ByteSource source, ReadLimits limits, CheckpointException plain)
    {
        try
        {
            string? found = Describe(source, FoundArchive.Find(source, limits));
            return found is null
                ? plain
                : new ErrorLocation(source.Name)
                    .At(source.Length)
                    .Error(
                        CheckpointErrorKind.Truncated,
                        found,
                        "a whole file: fetch it again; 'pth recover' takes what is whole"
                    );
        }
        catch (CheckpointException)
        {
            // Cut in its pickle, or no file of torch.save's.
            return plain;
        }
    }

    /// <returns>Null for a file that has its end.</returns>
    public static string? Describe(ByteSource source, FoundArchive archive)
    {
        if (HasEnd(source))
        {
            return null;
        }
        long? wanted = PlanLength(archive);
        long zeros = ZeroTail.FindStart(source);
        if (zeros < source.Length && (wanted is null || wanted <= source.Length))
        {
            return $"a zip that is nothing but zeros from byte {zeros} to its end at {source.Length}: it was not yet on the disk when the machine stopped";
        }
        string of = wanted > source.Length ? $" of {wanted}" : "";
        string tail = zeros < source.Length ? $", with nothing but zeros from byte {zeros} on" : "";
        return $"a zip that was cut at byte {source.Length}{of}{tail}, as a download or a save that broke off";
    }

    private static bool HasEnd(ByteSource source)
    {
        try
        {
            _ = ZipDirectory.Find(source);
            return true;
        }
        catch (CheckpointException)
        {
            return false;
        }
    }

    /// <summary>How long PyTorch made the file, from the records that are there and what the pickle says of the others.</summary>
    /// <returns>Null where the records that are there do not lie as PyTorch's do, or do not tell which PyTorch it was.</returns>
    private static long? PlanLength(FoundArchive archive)
    {
        WriterProfile profile = TorchZipRecoverer.ProfileOf(archive);
        bool isKnown = profile.HasByteOrder || archive.Sizes.Keys.Any(key => archive.Find(NameOf(key)) is not null);
        if (!isKnown)
        {
            return null;
        }
        int alignment = TorchZipRecoverer.AlignmentOf(archive);
        List<ZipRecord> records = [Record(TorchRecords.Pickle, archive.Pickle.Length!.Value)];
        if (profile.HasFormatVersion)
        {
            records.Add(Record(TorchRecords.FormatVersion, 1));
            records.Add(Record(TorchRecords.StorageAlignment, $"{alignment}".Length));
        }
        if (profile.HasByteOrder)
        {
            records.Add(Record(TorchRecords.ByteOrder, (archive.ReadText(TorchRecords.ByteOrder) ?? "little").Length));
        }
        IEnumerable<string> keys = profile.OrdersStoragesByNumber
            ? archive.Sizes.Keys
            : archive.Sizes.Keys.Order(StringComparer.Ordinal);
        records.AddRange(keys.Select(key => Record(NameOf(key), archive.Sizes[key])));
        records.Add(Record(TorchRecords.Version, Version.Length));
        if (profile.HasByteOrder)
        {
            records.Add(Record(TorchRecords.SerializationId, SerializationId.Length));
        }
        try
        {
            var layout = ZipLayout.Plan(archive.Name, records, alignment);
            return LiesAsFound(layout, archive) ? layout.Length : null;
        }
        catch (Exception fault) when (fault is OverflowException or ArgumentException)
        {
            // Sizes that no file has.
            return null;
        }
    }

    private static bool LiesAsFound(ZipLayout layout, FoundArchive archive)
    {
        for (int i = 0; i < layout.Records.Count; i++)
        {
            if (
                archive.Find(layout.Records[i].Name) is { } found
                && (found.HeaderOffset, found.DataOffset)
                    != (layout.Placements[i].HeaderOffset, layout.Placements[i].DataOffset)
            )
            {
                return false;
            }
        }
        return true;
    }

    private static string NameOf(string key) => TorchRecords.StoragePrefix + key;

    private static ZipRecord Record(string name, long length) => new(name, new LaterSource(name, length));
}
