using System.IO.Compression;
using System.IO.Hashing;
using System.Text;

namespace Pth.Tests.Security;

/// <summary>Zips of three directories, A, B and C, each with a record of the same name; end records lead to some of them.</summary>
internal static class ZipEndRecords
{
    public static TheoryData<string> All =>
        [
            "zip64 beside 32 bits",
            "two zip64 records",
            "an offset and a size apart",
            "an offset and a size apart in zip64",
            "a locator to nowhere",
            "a locator to something else",
        ];

    /// <summary>The directories that some program may read.</summary>
    public static string Directories(string records) =>
        records switch
        {
            "two zip64 records" => "ABC",
            "an offset and a size apart" or "an offset and a size apart in zip64" => "AC",
            _ => "AB",
        };

    /// <param name="records">One of <see cref="All"/>.</param>
    /// <param name="pickles">What is packed in the three records. Their own headers say that it is stored.</param>
    public static byte[] Make(string records, byte[][] pickles)
    {
        var file = new MemoryStream();
        var writer = new BinaryWriter(file);
        byte[][] directories = [.. pickles.Select(pickle => AddRecords(writer, pickle))];
        long[] offsets = new long[3];
        for (int i = 0; i < 3; i++)
        {
            offsets[i] = file.Position;
            writer.Write(directories[i]);
        }
        long end = file.Position;
        switch (records)
        {
            case "zip64 beside 32 bits":
                WriteZip64(writer, directories[1].Length, offsets[1]);
                WriteLocator(writer, end);
                break;
            case "two zip64 records":
                WriteZip64(writer, directories[1].Length, offsets[1]);
                WriteZip64(writer, directories[2].Length, offsets[2]);
                WriteLocator(writer, end);
                break;
            case "an offset and a size apart in zip64":
                WriteZip64(writer, directories[2].Length, offsets[0]);
                WriteLocator(writer, end);
                break;
            case "a locator to nowhere" or "a locator to something else":
                WriteZip64(writer, directories[1].Length, offsets[1]);
                WriteLocator(writer, records == "a locator to nowhere" ? 1L << 40 : 0);
                break;
        }
        bool isBySize = records == "an offset and a size apart";
        WriteEnd(writer, directories[isBySize ? 2 : 0].Length, offsets[0]);
        return file.ToArray();
    }

    private static byte[] AddRecords(BinaryWriter writer, byte[] pickle)
    {
        using var directory = new MemoryStream();
        var central = new BinaryWriter(directory);
        Add(writer, central, "m/data.pkl", pickle, isPacked: true);
        Add(writer, central, "m/version", "3\n"u8.ToArray(), isPacked: false);
        Add(writer, central, "m/byteorder", "little"u8.ToArray(), isPacked: false);
        return directory.ToArray();
    }

    private static void Add(BinaryWriter writer, BinaryWriter central, string name, byte[] data, bool isPacked)
    {
        byte[] packed = isPacked ? Deflate(data) : data;
        long offset = writer.BaseStream.Position;
        uint crc = Crc32.HashToUInt32(data);
        writer.Write(0x04034B50);
        WriteFacts(writer, 0, crc, packed.Length, packed.Length, name.Length);
        writer.Write(Encoding.ASCII.GetBytes(name));
        writer.Write(packed);
        central.Write(0x02014B50);
        central.Write((ushort)20);
        WriteFacts(central, isPacked ? 8 : 0, crc, packed.Length, data.Length, name.Length);
        central.Write(new byte[10]);
        central.Write((uint)offset);
        central.Write(Encoding.ASCII.GetBytes(name));
    }

    private static void WriteFacts(BinaryWriter writer, int method, uint crc, int packed, int length, int name)
    {
        writer.Write((ushort)20);
        writer.Write((ushort)0);
        writer.Write((ushort)method);
        writer.Write(0x00210000);
        writer.Write(crc);
        writer.Write(packed);
        writer.Write(length);
        writer.Write((ushort)name);
        writer.Write((ushort)0);
    }

    private static void WriteZip64(BinaryWriter writer, long size, long offset)
    {
        writer.Write(0x06064B50);
        writer.Write(44L);
        writer.Write((ushort)45);
        writer.Write((ushort)45);
        writer.Write(0L);
        writer.Write(3L);
        writer.Write(3L);
        writer.Write(size);
        writer.Write(offset);
    }

    private static void WriteLocator(BinaryWriter writer, long offset)
    {
        writer.Write(0x07064B50);
        writer.Write(0);
        writer.Write(offset);
        writer.Write(1);
    }

    private static void WriteEnd(BinaryWriter writer, int size, long offset)
    {
        writer.Write(0x06054B50);
        writer.Write(0);
        writer.Write((ushort)3);
        writer.Write((ushort)3);
        writer.Write(size);
        writer.Write((uint)offset);
        writer.Write((ushort)0);
    }

    private static byte[] Deflate(byte[] data)
    {
        using var output = new MemoryStream();
        using (var deflate = new DeflateStream(output, CompressionLevel.Optimal))
        {
            deflate.Write(data);
        }
        return output.ToArray();
    }
}
