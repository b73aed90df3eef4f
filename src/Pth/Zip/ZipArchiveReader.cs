using System.Collections;
using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Pth.Bytes;
using Pth.Errors;

namespace Pth.Zip;

/// <summary>Reads the zip container of a checkpoint: its entries, proved once when it is opened, and their bytes on demand.</summary>
/// <remarks>Opening reads the central directory and what stands around each entry's data, never the data. The source stays the caller's.</remarks>
internal sealed class ZipArchiveReader
{
    private readonly ByteSource _source;
    private readonly ReadLimits _limits;
    private readonly ZipEntryTable _table;
    private readonly ConcurrentDictionary<long, ByteSource> _inflated = new();

    private ZipArchiveReader(ByteSource source, ReadLimits limits, ZipEntryTable table)
    {
        _source = source;
        _limits = limits;
        _table = table;
        Entries = new EntryList(table);
    }

    /// <summary>All entries, in the order of the central directory.</summary>
    public IReadOnlyList<ZipEntry> Entries { get; }

    /// <summary>Opens an archive and proves every header in it.</summary>
    /// <exception cref="CheckpointException">The archive is malformed, asks for too much, or uses what is not read.</exception>
    public static ZipArchiveReader Open(ByteSource source, ReadLimits limits)
    {
        using ByteSource tail = ZipHeaderWindow.OverDirectory(source);
        ZipDirectory directory = ZipDirectory.Find(tail);
        ErrorLocation location = new ErrorLocation(source.Name).At(directory.Offset);
        if (directory.Entries > limits.MaxRecords)
        {
            throw location.Error(
                CheckpointErrorKind.LimitExceeded,
                $"{directory.Entries} entries",
                $"at most {limits.MaxRecords} ({nameof(ReadLimits)}.{nameof(ReadLimits.MaxRecords)})"
            );
        }
        long namesLength = directory.Length - directory.Entries * ZipFormat.CentralHeader.Size;
        if (namesLength > Array.MaxLength || directory.Entries > ZipEntryTable.MaxEntries)
        {
            throw location.Error(
                CheckpointErrorKind.LimitExceeded,
                $"a central directory of {directory.Entries} entries in {directory.Length} bytes",
                $"at most {ZipEntryTable.MaxEntries} entries with 2 GB of names, which is all that can be indexed"
            );
        }

        var table = new ZipEntryTable(source.Name, (int)directory.Entries, namesLength);
        long position = directory.Offset;
        using ByteSource headers = ZipHeaderWindow.OverRecords(source, directory.Entries);
        while (table.Count < directory.Entries)
        {
            ZipCentralHeader entry = ZipCentralHeader.Read(tail, directory, position, limits);
            (long dataOffset, int descriptorLength) = ZipLocalHeader.Prove(headers, entry, directory.Offset);
            if (!table.TryAdd(entry, dataOffset, descriptorLength, out int other))
            {
                throw entry
                    .Locate(source, position)
                    .Error(
                        CheckpointErrorKind.DuplicateRecord,
                        $"a second entry beside '{table.NameAt(other)}'",
                        "names that differ by more than their case"
                    );
            }
            position = entry.NextPosition;
        }
        if (position != directory.End)
        {
            throw location
                .At(position)
                .Error(
                    CheckpointErrorKind.InvalidZip,
                    $"{directory.End - position} bytes after the last of {directory.Entries} entries",
                    "the end of the central directory"
                );
        }
        var reader = new ZipArchiveReader(source, limits.For(source.Length), table);
        if (table.FindOverlap() is >= 0 and var overlap)
        {
            ZipEntry entry = table[overlap];
            throw entry
                .Location.At(entry.HeaderOffset)
                .Error(
                    CheckpointErrorKind.InvalidZip,
                    "an entry that begins inside another",
                    "entries that share no bytes"
                );
        }
        return reader;
    }

    /// <summary>The first entry whose name does not begin so; null when all do.</summary>
    public ZipEntry? FindOutside(ReadOnlySpan<byte> prefix)
    {
        for (int i = 0; i < _table.Count; i++)
        {
            if (!_table.HasPrefix(i, prefix))
            {
                return _table[i];
            }
        }
        return null;
    }

    /// <summary>The entries whose names begin so, in the order of the central directory.</summary>
    public IEnumerable<ZipEntry> EntriesWithPrefix(byte[] prefix)
    {
        for (int i = 0; i < _table.Count; i++)
        {
            if (_table.HasPrefix(i, prefix))
            {
                yield return _table[i];
            }
        }
    }

    /// <summary>The entries that have data and 0 for its checksum, as where the writer's checksums were off.</summary>
    public IEnumerable<ZipEntry> EntriesWithoutChecksum()
    {
        for (int i = 0; i < _table.Count; i++)
        {
            if (_table.IsUnchecked(i))
            {
                yield return _table[i];
            }
        }
    }

    /// <summary>Finds an entry by its exact name.</summary>
    public bool TryFind(ReadOnlySpan<char> name, [MaybeNullWhen(false)] out ZipEntry entry) =>
        _table.TryFind(name, out entry);

    /// <summary>The unpacked bytes of an entry: a part of the source, or what is unpacked on first use and kept.</summary>
    /// <exception cref="CheckpointException">The entry unpacks to more than the limits allow; on first use also: it does not unpack to what it declares.</exception>
    public ByteSource OpenData(ZipEntry entry) =>
        entry.Method == ZipMethod.Stored ? _source.Slice(entry.DataOffset, entry.Length) : OpenInflated(entry);

    /// <summary>The first unpacked bytes of an entry, without unpacking the rest.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="length">How many; fewer where the entry has fewer.</param>
    /// <exception cref="CheckpointException">The entry is no deflate stream, or holds less than it declares.</exception>
    public byte[] ReadHead(ZipEntry entry, int length)
    {
        var head = new byte[Math.Min(length, entry.Length)];
        if (entry.Method == ZipMethod.Stored)
        {
            _source.CopyTo(entry.DataOffset, head);
        }
        else
        {
            ZipInflater.InflateHead(_source, entry, head, entry.Location);
        }
        return head;
    }

    private ByteSource OpenInflated(ZipEntry entry)
    {
        ErrorLocation location = entry.Location;
        long limit = Math.Min(_limits.MaxInflatedLength, Array.MaxLength);
        if (entry.Length > limit)
        {
            throw location.Error(
                CheckpointErrorKind.LimitExceeded,
                $"{entry.CompressedLength} deflated bytes that unpack to {entry.Length}",
                $"at most {limit} ({nameof(ReadLimits)}.{nameof(ReadLimits.MaxInflatedLength)})"
            );
        }
        return _inflated.GetOrAdd(
            entry.DataOffset,
            _ => new LazySource(
                _source.Name,
                entry.Length,
                () =>
                {
                    _limits.Budget!.Take(entry.Length, location);
                    return ZipInflater.Inflate(_source, entry, location);
                }
            )
        );
    }

    /// <summary>The recorded checksum of an entry's unpacked bytes.</summary>
    public StorageChecksum Checksum(ZipEntry entry) => new(OpenData(entry), entry.Crc32, entry);

    private sealed class EntryList(ZipEntryTable table) : IReadOnlyList<ZipEntry>
    {
        public int Count => table.Count;

        public ZipEntry this[int index]
        {
            get
            {
                ArgumentOutOfRangeException.ThrowIfNegative(index);
                ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, table.Count);
                return table[index];
            }
        }

        public IEnumerator<ZipEntry> GetEnumerator()
        {
            for (int i = 0; i < table.Count; i++)
            {
                yield return table[i];
            }
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
