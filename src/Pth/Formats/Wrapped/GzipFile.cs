using System.Buffers.Binary;
using System.IO.Compression;
using Pth.Bytes;
using Pth.Errors;

namespace Pth.Formats.Wrapped;

/// <summary>Unpacks a gzip into memory: one member that is the whole file, with the checksum at its end.</summary>
/// <remarks>Source: RFC 1952. The length at the end is of 32 bits and anybody's: it is compared, and never allocated.</remarks>
internal sealed class GzipFile(ByteSource source, ReadOptions options)
{
    private const int HeaderLength = 10;
    private const int TrailerLength = 8;
    private const int Flags = 3;
    private const int ChunkLength = 1 << 20;

    /// <summary>The longest header that is read: an extra field, and names.</summary>
    private const int MaxHeaderLength = 1 << 17;

    private readonly ErrorLocation _location = new(source.Name);

    /// <summary>What a gzip begins with: two bytes, and the number of its only method.</summary>
    public static ReadOnlySpan<byte> Magic => [0x1F, 0x8B, 0x08];

    /// <summary>Unpacks it.</summary>
    /// <param name="name">What the content is to be called.</param>
    /// <exception cref="CheckpointException">It is damaged, or unpacks to more than the limits allow.</exception>
    public ByteSource Unpack(string name)
    {
        long start = FindData();
        long length = source.Length - TrailerLength - start;
        if (length < 1)
        {
            throw Cut();
        }
        MemoryBudget budget = options.Limits.For(source.Length).Budget!;
        long limit = Math.Min(options.Limits.MaxInflatedLength, budget.Left);
        using var compressed = new LastByteApartStream(source.Slice(start, length));
        using var deflate = new DeflateStream(compressed, CompressionMode.Decompress, leaveOpen: true);
        using var bounded = new BoundedStream(
            deflate,
            limit,
            () =>
                _location.Error(
                    CheckpointErrorKind.LimitExceeded,
                    $"a gzip of {source.Length} bytes that unpacks to more than {limit}",
                    $"at most that ({nameof(ReadLimits)}.{nameof(ReadLimits.MaxInflatedLength)} and {nameof(ReadLimits.MaxExpansion)})"
                )
        );
        ByteSource unpacked;
        try
        {
            unpacked = StreamSource.ReadAll(bounded, name, options.CancellationToken);
        }
        catch (InvalidDataException problem)
        {
            throw new CheckpointException(
                CheckpointErrorKind.InvalidHeader,
                "found a gzip whose content is no deflate stream, expected one",
                _location,
                problem
            );
        }
        try
        {
            budget.Take(unpacked.Length, _location);
            Check(unpacked, compressed.Position == length);
            return unpacked;
        }
        catch
        {
            unpacked.Dispose();
            throw;
        }
    }

    private void Check(ByteSource unpacked, bool isUsed)
    {
        if (!isUsed)
        {
            throw _location.Error(
                CheckpointErrorKind.Unsupported,
                "a gzip of several members, or with bytes behind it",
                "one that is the whole file"
            );
        }
        Span<byte> trailer = stackalloc byte[TrailerLength];
        source.CopyTo(source.Length - TrailerLength, trailer);
        uint crc = 0;
        for (long offset = 0; offset < unpacked.Length; offset += ChunkLength)
        {
            int count = (int)Math.Min(ChunkLength, unpacked.Length - offset);
            crc = FastCrc32.Append(crc, unpacked.GetSpan(offset, count));
        }
        uint recorded = BinaryPrimitives.ReadUInt32LittleEndian(trailer);
        uint recordedLength = BinaryPrimitives.ReadUInt32LittleEndian(trailer[sizeof(uint)..]);
        uint length = unchecked((uint)unpacked.Length);
        if (crc != recorded || length != recordedLength)
        {
            throw _location
                .At(source.Length - TrailerLength)
                .Error(
                    CheckpointErrorKind.ChecksumMismatch,
                    $"CRC-32 {crc:x8} of {length} unpacked bytes",
                    $"{recorded:x8} of {recordedLength}, as the gzip records: it is damaged or cut"
                );
        }
    }

    /// <summary>Steps over the header.</summary>
    private long FindData()
    {
        var head = new byte[Math.Min(source.Length, MaxHeaderLength)];
        source.CopyTo(0, head);
        if (head.Length < HeaderLength)
        {
            throw Cut();
        }
        byte flags = head[Flags];
        if ((flags & 0xE0) != 0)
        {
            throw _location
                .At(Flags)
                .Error(CheckpointErrorKind.InvalidHeader, $"the flags 0x{flags:X2} of a gzip", "known ones");
        }
        int position = HeaderLength;
        if ((flags & 0x04) != 0)
        {
            if (position + sizeof(ushort) > head.Length)
            {
                throw Cut();
            }
            position += sizeof(ushort) + BinaryPrimitives.ReadUInt16LittleEndian(head.AsSpan(position));
        }
        // The name and a comment.
        for (int texts = ((flags >> 3) & 1) + ((flags >> 4) & 1); texts > 0; texts--)
        {
            int length = position < head.Length ? head.AsSpan(position).IndexOf((byte)0) : -1;
            if (length < 0)
            {
                throw Cut();
            }
            position += length + 1;
        }
        return position + ((flags & 0x02) != 0 ? sizeof(ushort) : 0);
    }

    private CheckpointException Cut() =>
        _location
            .At(source.Length)
            .Error(
                CheckpointErrorKind.Truncated,
                $"the end after {source.Length} bytes",
                "a whole gzip: fetch it again"
            );
}
