using System.Buffers;
using System.IO.Compression;
using Pth.Bytes;

namespace Pth.Security;

/// <summary>Unpacks what gzip, zlib and deflate packed, as far as memory allows, and looks at it.</summary>
internal sealed class Unpacking(FileScan scan, ContentScan contents)
{
    private const int ShortLength = 1 << 16;

    /// <summary>Whether bytes begin as gzip or zlib write them.</summary>
    public static bool IsPacked(ReadOnlySpan<byte> head) =>
        head is [0x1F, 0x8B, 8, ..]
        || (head is [0x78, 1 or 0x5E or 0x9C or 0xDA, ..] && ((head[0] << 8) | head[1]) % 31 == 0);

    /// <summary>Looks at what is in a packed file.</summary>
    /// <returns>What it is; null where it only looks packed.</returns>
    public string? Look(ByteSource source, string? stream, int depth)
    {
        bool isGzip = source.Read(0, 1, stackalloc byte[1])[0] == 0x1F;
        using Unpacked unpacked = Unpack(
            source,
            input =>
                isGzip
                    ? new GZipStream(input, CompressionMode.Decompress)
                    : new ZLibStream(input, CompressionMode.Decompress),
            stream
        );
        if (!isGzip && (unpacked.IsBroken || unpacked.Bytes.Length == 0))
        {
            return null;
        }
        string kind = isGzip ? "gzip" : "zlib";
        if (unpacked.IsBroken)
        {
            scan.Add(ScanLevel.Suspicious, "PTH036", stream, null, $"the {kind} stream is broken or cut off");
        }
        contents.Look(new MemorySource(unpacked.Bytes), StreamName.Within(stream, kind), depth + 1);
        return kind;
    }

    /// <summary>Unpacks a deflate stream, as much of it as may be held.</summary>
    public Unpacked Inflate(ByteSource packed, string? stream) =>
        Unpack(packed, input => new DeflateStream(input, CompressionMode.Decompress), stream);

    // Nobody knows how long it will be: what is long is unpacked twice, so that memory is never more than there are bytes.
    private Unpacked Unpack(ByteSource packed, Func<Stream, Stream> open, string? stream)
    {
        long most = Math.Min(scan.Room, Array.MaxLength);
        byte[] start = ArrayPool<byte>.Shared.Rent(ShortLength);
        try
        {
            bool isBroken = false;
            long length = Read(packed, open, start, most, stream, ref isBroken);
            int count = (int)Math.Min(length, most);
            if (length > most)
            {
                scan.Add(
                    ScanLevel.Suspicious,
                    "PTH038",
                    stream,
                    null,
                    $"unpacks to more than {most} bytes; no more than these are looked at"
                );
            }
            byte[] bytes = GC.AllocateUninitializedArray<byte>(count);
            if (count <= ShortLength)
            {
                start.AsSpan(0, count).CopyTo(bytes);
            }
            else
            {
                bool isBrokenAgain = false;
                long again = Read(packed, open, bytes, count, stream, ref isBrokenAgain);
                // The work of the file may be at its end.
                Array.Resize(ref bytes, (int)Math.Min(again, count));
            }
            return new Unpacked(scan, bytes, isBroken);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(start);
        }
    }

    /// <summary>Reads until the target is full, and on, to count.</summary>
    /// <returns>How many bytes there are; more than the most where there are more.</returns>
    private long Read(
        ByteSource packed,
        Func<Stream, Stream> open,
        Span<byte> target,
        long most,
        string? stream,
        ref bool isBroken
    )
    {
        long length = 0;
        Span<byte> rest = stackalloc byte[4_096];
        try
        {
            using Stream input = open(new SourceStream(packed));
            while (length <= most)
            {
                Span<byte> next = length < target.Length ? target[(int)length..] : rest;
                int count = input.Read(next[..Math.Min(next.Length, 1 << 15)]);
                length += count;
                if (count == 0 || !scan.MayWork(count, stream))
                {
                    break;
                }
            }
        }
        catch (InvalidDataException)
        {
            isBroken = true;
        }
        return length;
    }
}
