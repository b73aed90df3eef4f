using Pth.Bytes;
using Pth.Formats.Archive;
using Pth.Formats.Torch;
using Pth.Pickle;
using Pth.Zip;

namespace Pth.Formats.TorchZip;

/// <summary>Writes what <c>torch.save</c> writes, byte for byte.</summary>
/// <remarks>Source: <c>torch/serialization.py</c> (<c>_save</c>), <c>caffe2/serialize/inline_container.cc</c>.</remarks>
internal sealed class TorchZipWriter : IContainerWriter
{
    private const int HeadLength = 8;

    /// <inheritdoc />
    public SaveSummary Save(PyValue root, string? path, WriteOptions options, Func<long, ByteSink> open)
    {
        string archiveName =
            options.ArchiveName ?? (path is null ? ArchiveName.Default : ArchiveName.FromPath(path, options.Profile));
        var reducer = new TorchReducer(options.Profile, options.Compact);
        using var pickle = new PooledBuffer();
        new PickleWriter(pickle, reducer).Write(root);

        List<ZipRecord> records = Plan(pickle.Written, reducer.Storages, options);
        ZipLayout layout = ZipLayout.Plan(archiveName, records, options.StorageAlignment);
        using ByteSink sink = open(layout.Length);
        ZipWriter.Write(
            layout,
            sink,
            options.Profile.HasByteOrder ? checksums => MakeId(records, checksums) : null,
            options.Progress,
            options.CancellationToken
        );
        sink.Commit();
        return new SaveSummary(
            layout.Length,
            reducer.Storages.Count,
            reducer.Storages.Sum(saved => saved.Storage.ByteCount),
            reducer.Storages.Sum(saved => saved.CountUnused())
        );
    }

    private static List<ZipRecord> Plan(
        ReadOnlyMemory<byte> pickle,
        IReadOnlyList<SavedStorage> storages,
        WriteOptions options
    )
    {
        WriterProfile profile = options.Profile;
        List<ZipRecord> records = [new(TorchRecords.Pickle, new MemorySource(pickle))];
        if (profile.HasFormatVersion)
        {
            records.Add(Text(TorchRecords.FormatVersion, "1"));
            records.Add(Text(TorchRecords.StorageAlignment, $"{options.StorageAlignment}"));
        }
        else if (options.StorageAlignment != TorchRecords.DefaultAlignment)
        {
            throw new ArgumentException(
                $"PyTorch before 2.7 aligns records to {TorchRecords.DefaultAlignment} bytes: choose the profile {WriterProfile.PyTorch27} for {options.StorageAlignment}.",
                nameof(options)
            );
        }
        if (profile.HasByteOrder)
        {
            records.Add(Text(TorchRecords.ByteOrder, "little"));
        }
        IEnumerable<SavedStorage> ordered = profile.OrdersStoragesByNumber
            ? storages
            : storages.OrderBy(saved => saved.Key.Value, StringComparer.Ordinal);
        records.AddRange(ordered.Select(RecordOf));
        records.Add(Text(TorchRecords.Version, "3\n"));
        if (profile.HasByteOrder)
        {
            records.Add(new ZipRecord(TorchRecords.SerializationId, SerializationId.Length, Data: null));
        }
        return records;
    }

    private static ZipRecord RecordOf(SavedStorage saved) =>
        new(TorchRecords.StoragePrefix + saved.Key.Value, saved.Storage.Data, saved.TakeChecksum());

    private static ZipRecord Text(string name, string text) =>
        new(name, new MemorySource(System.Text.Encoding.ASCII.GetBytes(text)));

    private static byte[] MakeId(List<ZipRecord> records, IReadOnlyList<uint> checksums)
    {
        var id = new SerializationId();
        // Copied: a span of a storage that is converted as it is read would be one of all of it, converted.
        byte[] head = new byte[HeadLength];
        for (int i = 0; i < checksums.Count; i++)
        {
            ByteSource data = records[i].Data!;
            Span<byte> start = head.AsSpan(0, (int)Math.Min(HeadLength, data.Length));
            data.CopyTo(0, start);
            id.Add(records[i].Name, checksums[i], start);
        }
        return id.ToBytes();
    }
}
