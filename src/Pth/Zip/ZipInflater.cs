using System.IO.Compression;
using Pth.Bytes;
using Pth.Errors;

namespace Pth.Zip;

/// <summary>Unpacks a deflated entry: exactly as many bytes as it declares, with the checksum it records.</summary>
internal static class ZipInflater
{
    public static ByteSource Inflate(ByteSource source, ZipEntry entry, ErrorLocation location)
    {
        byte[] bytes = GC.AllocateUninitializedArray<byte>((int)entry.Length);
        using var compressed = new LastByteApartStream(source.Slice(entry.DataOffset, entry.CompressedLength));
        int length;
        bool more;
        try
        {
            using var deflate = new DeflateStream(compressed, CompressionMode.Decompress, leaveOpen: true);
            length = deflate.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            more = deflate.ReadByte() >= 0;
        }
        catch (InvalidDataException problem)
        {
            throw NoStream(location, problem);
        }
        if (length != bytes.Length || more)
        {
            throw location.Error(
                CheckpointErrorKind.InvalidZip,
                more ? $"more than {length} unpacked bytes" : $"{length} unpacked bytes",
                $"{entry.Length} as the entry declares"
            );
        }
        if (compressed.Position != compressed.Length)
        {
            throw location.Error(
                CheckpointErrorKind.InvalidZip,
                "a deflate stream that ends before its last byte",
                $"one of exactly {entry.CompressedLength} bytes"
            );
        }
        uint crc = FastCrc32.Hash(bytes);
        if (entry.Crc32 != 0 && crc != entry.Crc32)
        {
            throw location.Error(
                CheckpointErrorKind.ChecksumMismatch,
                $"CRC-32 {crc:x8} of {bytes.Length} unpacked bytes",
                $"{entry.Crc32:x8} as the file records"
            );
        }
        return new MemorySource(bytes, source.Name);
    }

    /// <summary>Unpacks the first bytes of an entry.</summary>
    public static void InflateHead(ByteSource source, ZipEntry entry, Span<byte> head, ErrorLocation location)
    {
        using var compressed = new SourceStream(source.Slice(entry.DataOffset, entry.CompressedLength));
        int length;
        try
        {
            using var deflate = new DeflateStream(compressed, CompressionMode.Decompress, leaveOpen: true);
            length = deflate.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        }
        catch (InvalidDataException problem)
        {
            throw NoStream(location, problem);
        }
        if (length < head.Length)
        {
            throw location.Error(
                CheckpointErrorKind.InvalidZip,
                $"{length} unpacked bytes",
                $"{entry.Length} as the entry declares"
            );
        }
    }

    private static CheckpointException NoStream(ErrorLocation location, InvalidDataException problem) =>
        new(CheckpointErrorKind.InvalidZip, "found bytes that are no deflate stream, expected one", location, problem);
}
