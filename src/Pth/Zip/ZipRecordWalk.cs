using System.Buffers;
using System.Text;
using Pth.Bytes;
using Pth.Errors;
using static Pth.Zip.ZipField;

namespace Pth.Zip;

/// <summary>
/// Finds the records of an archive that has no central directory, from header to header. PyTorch writes no lengths in its headers: they are
/// asked for, or found by the descriptor behind the data, which repeats them.
/// </summary>
/// <param name="source">The file.</param>
/// <param name="lengthOf">The length of a record's data, where somebody else knows it.</param>
/// <param name="limits">How many records there may be.</param>
internal sealed class ZipRecordWalk(ByteSource source, Func<ZipFoundRecord, long?> lengthOf, ReadLimits limits)
{
    private const int ChunkLength = 1 << 20;

    private readonly List<ZipFoundRecord> _records = [];
    private byte[] _prefix = [];

    /// <summary>The folder of the first record, with its slash; empty where it lies in none.</summary>
    public string Prefix => Encoding.UTF8.GetString(_prefix);

    /// <summary>What was found, in the order of the file.</summary>
    public IReadOnlyList<ZipFoundRecord> Records => _records;

    /// <summary>Walks to the end of the file or to its central directory.</summary>
    /// <exception cref="CheckpointException">There are too many records.</exception>
    public void Run()
    {
        long position = 0;
        while (position < source.Length && !IsAt(position, ZipFormat.CentralHeader.Signature))
        {
            if (TryRead(position) is not { } header)
            {
                position = FindHeader(position + 1);
                continue;
            }
            if (_records.Count == 0)
            {
                int slash = header.Name.IndexOf('/', StringComparison.Ordinal);
                _prefix = Encoding.UTF8.GetBytes(header.Name[..(slash + 1)]);
            }
            if (_records.Count == limits.MaxRecords)
            {
                throw new ErrorLocation(source.Name)
                    .At(position)
                    .Error(
                        CheckpointErrorKind.LimitExceeded,
                        $"more than {limits.MaxRecords} records",
                        $"at most {limits.MaxRecords} ({nameof(ReadLimits)}.{nameof(ReadLimits.MaxRecords)})"
                    );
            }
            (ZipFoundRecord record, position) = Finish(header);
            _records.Add(record);
        }
    }

    private bool IsAt(long position, uint signature)
    {
        Span<byte> buffer = stackalloc byte[sizeof(uint)];
        return source.Length - position >= sizeof(uint)
            && Read32(source.Read(position, sizeof(uint), buffer), 0) == signature;
    }

    /// <returns>Null where no header is that this archive could have.</returns>
    private ZipFoundRecord? TryRead(long position)
    {
        if (source.Length - position < ZipFormat.LocalHeader.Size || !IsAt(position, ZipFormat.LocalHeader.Signature))
        {
            return null;
        }
        Span<byte> header = stackalloc byte[ZipFormat.LocalHeader.Size];
        source.CopyTo(position, header);
        int nameLength = Read16(header, ZipFormat.LocalHeader.NameLength);
        int extraLength = Read16(header, ZipFormat.LocalHeader.ExtraLength);
        long dataOffset = position + header.Length + nameLength + extraLength;
        if (nameLength < Math.Max(_prefix.Length, 1) || nameLength > limits.MaxNameLength || dataOffset > source.Length)
        {
            return null;
        }
        Span<byte> start = stackalloc byte[_prefix.Length <= ChunkLength >> 12 ? _prefix.Length : 0];
        source.CopyTo(position + header.Length, start);
        if (!start.SequenceEqual(_prefix.AsSpan(0, start.Length)))
        {
            return null;
        }
        var rest = new byte[nameLength + extraLength];
        source.CopyTo(position + header.Length, rest);
        if (
            !rest.AsSpan().StartsWith(_prefix)
            || !Zip64Extra.TryFind(rest.AsSpan(nameLength), out Zip64Extra zip64)
            || !zip64.TryResolve(Read32(header, ZipFormat.LocalHeader.Length), out _)
            || !zip64.TryResolve(Read32(header, ZipFormat.LocalHeader.CompressedLength), out ulong length)
        )
        {
            return null;
        }
        bool hasDescriptor = ((ZipFlags)Read16(header, ZipFormat.LocalHeader.Flags)).HasFlag(ZipFlags.DataDescriptor);
        return new ZipFoundRecord(Encoding.UTF8.GetString(rest, 0, nameLength), position, dataOffset)
        {
            Method = (ZipMethod)Read16(header, ZipFormat.LocalHeader.Method),
            HasDescriptor = hasDescriptor,
            Length = hasDescriptor && length == 0 ? null : (long)Math.Min(length, long.MaxValue),
            Crc32 = Read32(header, ZipFormat.LocalHeader.Crc32),
        };
    }

    /// <returns>The record with its end, and where the next one is looked for.</returns>
    private (ZipFoundRecord Record, long Next) Finish(ZipFoundRecord record)
    {
        long? known = record.Length ?? (record.Method == ZipMethod.Stored ? lengthOf(record) : null);
        if ((known ?? FindEnd(record)) is not { } length)
        {
            return (record, FindHeader(record.DataOffset));
        }
        record = record with { Length = length };
        if (length > source.Length - record.DataOffset)
        {
            // Where the file goes on, what says the length is wrong; the next header still counts.
            return (record, FindHeader(record.DataOffset));
        }
        long end = record.DataOffset + length;
        return record.HasDescriptor
            ? ReadDescriptor(record, end, length)
            : (record with { End = ZipRecordEnd.Whole }, end);
    }

    private (ZipFoundRecord Record, long Next) ReadDescriptor(ZipFoundRecord record, long position, long length)
    {
        Span<byte> descriptor = stackalloc byte[ZipFormat.DataDescriptor.Size64];
        descriptor = descriptor[..(int)Math.Min(descriptor.Length, source.Length - position)];
        source.CopyTo(position, descriptor);
        if (descriptor.Length < ZipFormat.DataDescriptor.CompressedLength)
        {
            return (record, source.Length);
        }
        record = record with { Crc32 = Read32(descriptor, ZipFormat.DataDescriptor.Crc32) };
        int size = SizeOf(descriptor, length);
        return size > 0
            ? (record with { End = ZipRecordEnd.Whole }, position + size)
            : (record with { End = ZipRecordEnd.Damaged }, FindHeader(position));
    }

    /// <returns>The bytes of a descriptor of this length, also where the file ends in it; 0 where it is none.</returns>
    private static int SizeOf(ReadOnlySpan<byte> descriptor, long length)
    {
        if (Read32(descriptor, 0) != ZipFormat.DataDescriptor.Signature)
        {
            return 0;
        }
        ReadOnlySpan<byte> lengths = descriptor[ZipFormat.DataDescriptor.CompressedLength..];
        return lengths.Length < 2 * sizeof(uint)
            || (Read32(lengths, 0) == length && Read32(lengths, sizeof(uint)) == length)
                ? Math.Min(descriptor.Length, ZipFormat.DataDescriptor.Size)
            : lengths.Length < 2 * sizeof(ulong)
            || (Read64(lengths, 0) == (ulong)length && Read64(lengths, sizeof(ulong)) == (ulong)length)
                ? descriptor.Length
            : 0;
    }

    /// <summary>The first descriptor that gives its distance from the data as the length, unless another record begins before it.</summary>
    private long? FindEnd(ZipFoundRecord record)
    {
        long? length = null;
        Search(
            record.DataOffset,
            position =>
            {
                Span<byte> descriptor = stackalloc byte[ZipFormat.DataDescriptor.Size64];
                descriptor = descriptor[..(int)Math.Min(descriptor.Length, source.Length - position)];
                source.CopyTo(position, descriptor);
                if (
                    descriptor.Length >= ZipFormat.DataDescriptor.Size
                    && SizeOf(descriptor, position - record.DataOffset) > 0
                )
                {
                    length = position - record.DataOffset;
                    return true;
                }
                return TryRead(position) is not null;
            }
        );
        return length;
    }

    private long FindHeader(long position) => Search(position, candidate => TryRead(candidate) is not null);

    /// <summary>Looks for a place that begins as the records of a zip do.</summary>
    /// <returns>The first that is accepted; the end of the file where none is.</returns>
    private long Search(long position, Func<long, bool> accepts)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(ChunkLength);
        try
        {
            while (source.Length - position >= sizeof(uint))
            {
                int length = (int)Math.Min(ChunkLength, source.Length - position);
                ReadOnlySpan<byte> chunk = source.Read(position, length, buffer);
                for (int at = 0; ; at++)
                {
                    int found = chunk[at..].IndexOf("PK"u8);
                    if (found < 0)
                    {
                        break;
                    }
                    at += found;
                    if (accepts(position + at))
                    {
                        return position + at;
                    }
                }
                // One byte of the mark may be the chunk's last.
                position += Math.Max(length - 1, 1);
            }
            return source.Length;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
