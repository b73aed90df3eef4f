using System.IO.Hashing;
using System.Text;

namespace Pth.Tests.Security;

/// <summary>Writes zips as they should not be: each header says what it is told to.</summary>
internal sealed class ZipBytes
{
    private readonly MemoryStream _file = new();
    private readonly MemoryStream _directory = new();
    private int _count;

    /// <summary>Adds bytes that belong to no record.</summary>
    public ZipBytes Stray(byte[] bytes)
    {
        _file.Write(bytes);
        return this;
    }

    public ZipBytes Add(
        string name,
        byte[] data,
        string? localName = null,
        int flags = 0,
        int method = 0,
        int? localMethod = null,
        bool hasBadChecksum = false,
        int? localSize = null,
        bool isListed = true
    )
    {
        long offset = _file.Position;
        byte[] packed = method == 8 ? Deflate(data) : data;
        uint crc = Crc32.HashToUInt32(data) ^ (hasBadChecksum ? 1u : 0);
        byte[] own = Encoding.UTF8.GetBytes(localName ?? name);
        var writer = new BinaryWriter(_file);
        writer.Write(0x04034B50);
        Write(
            writer,
            flags,
            localMethod ?? method,
            crc,
            localSize ?? packed.Length,
            localSize ?? data.Length,
            own.Length
        );
        writer.Write(own);
        writer.Write(packed);
        if (isListed)
        {
            byte[] central = Encoding.UTF8.GetBytes(name);
            writer = new BinaryWriter(_directory);
            writer.Write(0x02014B50);
            writer.Write((ushort)20);
            Write(writer, flags, method, crc, packed.Length, data.Length, central.Length);
            writer.Write(new byte[10]);
            writer.Write((uint)offset);
            writer.Write(central);
            _count++;
        }
        return this;
    }

    public byte[] Build(string comment = "", long shift = 0)
    {
        long start = _file.Position;
        _file.Write(_directory.ToArray());
        var writer = new BinaryWriter(_file);
        writer.Write(0x06054B50);
        writer.Write(0);
        writer.Write((ushort)_count);
        writer.Write((ushort)_count);
        writer.Write((uint)_directory.Length);
        writer.Write((uint)(start - shift));
        writer.Write((ushort)comment.Length);
        writer.Write(Encoding.Latin1.GetBytes(comment));
        return _file.ToArray();
    }

    private static void Write(BinaryWriter writer, int flags, int method, uint crc, int packed, int length, int name)
    {
        writer.Write((ushort)20);
        writer.Write((ushort)flags);
        writer.Write((ushort)method);
        writer.Write(0);
        writer.Write(crc);
        writer.Write(packed);
        writer.Write(length);
        writer.Write((ushort)name);
        writer.Write((ushort)0);
    }

    private static byte[] Deflate(byte[] data)
    {
        using var output = new MemoryStream();
        using (
            var deflate = new System.IO.Compression.DeflateStream(
                output,
                System.IO.Compression.CompressionMode.Compress
            )
        )
        {
            deflate.Write(data);
        }
        return output.ToArray();
    }
}
