using System.IO.Compression;
using Pth.Bytes;

namespace Pth.Security;

/// <summary>Unpacks what gzip, zlib and deflate packed, as far as memory allows, and looks at it.</summary>
internal sealed class Unpacking(FileScan scan, ContentScan contents)
{
    private const int FreeLength = 16 << 20;
    private const int LengthPerByte = 4;

    /// <summary>Whether bytes begin as gzip or zlib write them.</summary>
    public static bool IsPacked(ReadOnlySpan<byte> head) =>
        head is [0x1F, 0x8B, 8, ..]
        || (head is [0x78, 1 or 0x5E or 0x9C or 0xDA, ..] && ((head[0] << 8) | head[1]) % 31 == 0);

    /// <summary>Looks at what is in a packed file.</summary>
    /// <returns>What it is; null where it only looks packed.</returns>
    public string? Look(ByteSource source, string? stream, int depth)
    {
        bool isGzip = source.GetSpan(0, 1)[0] == 0x1F;
        ReadOnlyMemory<byte> bytes = Unpack(source, isGzip, stream, out bool isBroken);
        if (!isGzip && (isBroken || bytes.Length == 0))
        {
            return null;
        }
        string kind = isGzip ? "gzip" : "zlib";
        if (isBroken)
        {
            scan.Add(ScanLevel.Suspicious, "PTH036", stream, null, $"the {kind} stream is broken or cut off");
        }
        contents.Look(new MemorySource(bytes), StreamName.Within(stream, kind), depth + 1);
        return kind;
    }

    /// <summary>Unpacks a deflate stream.</summary>
    /// <param name="packed">Its bytes.</param>
    /// <param name="stream">What it is called.</param>
    /// <param name="isBroken">Whether it ends in the middle or is none.</param>
    /// <returns>As much of it as may be held.</returns>
    public ReadOnlyMemory<byte> Inflate(ByteSource packed, string? stream, out bool isBroken) =>
        Read(packed, input => new DeflateStream(input, CompressionMode.Decompress), stream, out isBroken);

    private ReadOnlyMemory<byte> Unpack(ByteSource packed, bool isGzip, string? stream, out bool isBroken) =>
        Read(
            packed,
            input =>
                isGzip
                    ? new GZipStream(input, CompressionMode.Decompress)
                    : new ZLibStream(input, CompressionMode.Decompress),
            stream,
            out isBroken
        );

    private ReadOnlyMemory<byte> Read(ByteSource packed, Func<Stream, Stream> open, string? stream, out bool isBroken)
    {
        long most = Math.Min(FreeLength + LengthPerByte * packed.Length, int.MaxValue / 2);
        using var output = new MemoryStream();
        byte[] buffer = new byte[1 << 15];
        isBroken = false;
        try
        {
            using Stream input = open(new SourceStream(packed));
            int count;
            while ((count = input.Read(buffer)) > 0)
            {
                output.Write(buffer, 0, count);
                if (output.Length > most)
                {
                    scan.Add(
                        ScanLevel.Suspicious,
                        "PTH038",
                        stream,
                        null,
                        $"unpacks to more than {most} bytes; no more than these are looked at"
                    );
                    break;
                }
                if (!scan.MayWork(count, stream))
                {
                    break;
                }
            }
        }
        catch (InvalidDataException)
        {
            isBroken = true;
        }
        // Not copied once more.
        return output.GetBuffer().AsMemory(0, (int)output.Length);
    }
}
