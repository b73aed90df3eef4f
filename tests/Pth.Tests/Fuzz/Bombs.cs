using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Pth.Pickle;
using Pth.Tests.Formats;

namespace Pth.Tests.Fuzz;

/// <summary>Inputs that ask for far more memory or time than they are worth.</summary>
internal static class Bombs
{
    private const int Million = 1_000_000;
    private const int Most = 600_000;
    private const string Tuple = "t";

    /// <summary>One byte or a few, a million times: the cheapest ways to each kind of value.</summary>
    public static IReadOnlyList<(string Name, Func<byte[]> Make)> OfManyValues { get; } =
    [
        ("empty lists", () => Many("", "]", 2 * Most)),
        ("empty lists without a protocol", () => Latin($"({new string(']', 2 * Most)}l.")),
        ("empty dictionaries", () => Many("", "}", 2 * Most)),
        ("empty sets", () => Many("", "\u008f", 2 * Most)),
        ("lists of one", () => Many("", "]Na", Most)),
        ("lists of a list", () => Many("", "]]a", Most)),
        ("dictionaries of one", () => Many("", "}NNs", Most)),
        ("sets of one", () => Many("", "\u008f(N\u0090", Most)),
        ("tuples of one", () => Many("", "N\u0085", Most)),
        ("tuples of a tuple", () => Many("", "N\u0085\u0085", Most)),
        ("ordered dictionaries", () => Many("ccollections\nOrderedDict\nq\0", "h\0)R", Most)),
        ("objects", () => Many("cmodule\nname\nq\0", "h\0)R", Most)),
        ("objects with a state", () => Many("cmodule\nname\nq\0", "h\0)R}b", Most)),
        ("objects of new", () => Many("cmodule\nname\nq\0", "h\0)\u0081", Most)),
        ("names", () => Many("", "ca\nb\n", Most)),
        ("names from the stack", () => Many("", "\u008c\0\u008c\0\u0093", Most)),
        ("references", () => Many("", "NQ", 2 * Most)),
        ("extensions", () => Many("", "\u0082\u0001", 2 * Most)),
        ("empty texts", () => Many("", "\u008c\0", 2 * Most)),
        ("empty lines", () => Many("", "V\n", 2 * Most)),
        ("empty bytes", () => Many("", "C\0", 2 * Most)),
        ("integers", () => Many("", "M\u0001\u0008", 2 * Most)),
        ("integers as text", () => Many("", "I7\n", 2 * Most)),
        ("sets by a call", () => Many("c__builtin__\nset\nq\0]\u0085q\u00010", "h\0h\u0001R", Most)),
        (
            "bytes by a call",
            () => Many("c_codecs\nencode\nq\0\u008c\0\u008c\u0006latin1\u0086q\u00010", "h\0h\u0001R", Most)
        ),
        ("a million remembered lists", () => Many("", "]\u0094", Million)),
        ("a million remembered values far apart", () => FarIndices(Million)),
        ("a list in many places", () => Many("]]aq\u00010", "h\u0001", 2 * Most)),
        ("a long tuple", () => Many("", "N", 2 * Most, Tuple)),
    ];

    /// <summary>Values that are few and would be many if they were written out.</summary>
    public static IReadOnlyList<(string Name, Func<byte[]> Make)> OfReferences { get; } =
    [
        ("billion laughs", () => Laughs("\u008c\u0003lol")),
        ("global laughs", () => Laughs("cposix\nsystem\n")),
        ("laughs in calls", () => Laughs("cmodule\nname\n)R")),
        ("laughs as keys", () => Laughs("N", "}" + "h\u001eNs.")),
    ];

    /// <summary>Lengths and counts with nothing behind them.</summary>
    public static IEnumerable<(string Target, string Name, byte[] File)> OfDeclaredLengths { get; } =
    [
        (
            "pickle",
            "bytearray(2^31 - 1)",
            Latin("\u0080\u0002c__builtin__\nbytearray\nJ\u00ff\u00ff\u00ff\u007f\u0085R.")
        ),
        (
            "pickle",
            "bytearray(2^63)",
            Latin("\u0080\u0002c__builtin__\nbytearray\n\u008a\u0009\0\0\0\0\0\0\0\u0080\0\u0085R.")
        ),
        ("pickle", "BINBYTES8 of 2^63 - 1", [.. Latin("\u0080\u0004\u008e"), .. Number(long.MaxValue), .. "."u8]),
        ("pickle", "BINUNICODE8 of 2^64 - 1", [.. Latin("\u0080\u0004\u008d"), .. Number(-1), .. "."u8]),
        ("pickle", "BYTEARRAY8 of 2^63 - 1", [.. Latin("\u0080\u0005\u0096"), .. Number(long.MaxValue), .. "."u8]),
        ("pickle", "FRAME of 2^63 - 1", [.. Latin("\u0080\u0004\u0095"), .. Number(long.MaxValue), .. "N."u8]),
        ("pickle", "LONG4 of 2^31 - 1", Latin("\u0080\u0002\u008b\u00ff\u00ff\u00ff\u007f.")),
        ("legacy", "a storage of 2^62 elements", Legacy(1L << 62)),
        ("legacy", "a storage of 2^63 - 1 elements", Legacy(long.MaxValue)),
        ("legacy", "a storage of -1 elements", Legacy(-1)),
        ("safetensors", "a header of 2^63 - 1", [.. Number(long.MaxValue), .. "{}"u8]),
        ("safetensors", "a header of 2^64 - 1", [.. Number(-1), .. "{}"u8]),
        ("safetensors", "a shape of 2^63 - 1", SafeTensors("[9223372036854775807]", "[0,0]")),
        ("safetensors", "a shape of 2^32 twice", SafeTensors("[4294967296,4294967296]", "[0,0]")),
        ("safetensors", "offsets of 2^63 - 1", SafeTensors("[1]", "[9223372036854775803,9223372036854775807]")),
        ("npy", "a header of 2^32 - 1", [.. Latin("\u0093NUMPY\u0002\0\u00ff\u00ff\u00ff\u00ff"), .. "{}"u8]),
        ("npy", "a shape of 2^62", Npy("(4611686018427387904,)")),
        ("npy", "a shape of 2^32 thrice", Npy("(4294967296, 4294967296, 4294967296)")),
        ("dat", "2^63 - 1 tensors", [255, 255, 255, 255, 255, 255, 255, 255, 127]),
        ("dat", "a name of 2^63 - 1", [1, 255, 255, 255, 255, 255, 255, 255, 255, 127, 97]),
        ("dat", "a size of 2^62", [1, 1, 97, 6, 1, 128, 128, 128, 128, 128, 128, 128, 128, 64]),
        ("tar", "an entry of 2^63 - 1", Tar("tensors", "\u0080\0\0\0\u007f\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff")),
        ("tar", "an extended header of 8 GiB", Tar("x", "77777777777 ", type: 'x')),
        ("zip", "an entry of 4 GiB", Zip(uint.MaxValue - 1)),
        ("torch", "an entry of 4 GiB", Zip(uint.MaxValue - 1)),
        ("recover", "an entry of 4 GiB", Zip(uint.MaxValue - 1)),
        (
            "index",
            "a total size of 2^63",
            "{\"metadata\":{\"total_size\":9223372036854775808},\"weight_map\":{}}"u8.ToArray()
        ),
    ];

    /// <summary>What unpacks to a thousand times its size, or lies deep in others.</summary>
    public static IEnumerable<(string Target, string Name, byte[] File)> OfPacking
    {
        get
        {
            byte[] zeros = Zips.Make(isDeflated: true, ("archive/data.pkl", new byte[200 * Million]));
            byte[] lists = Zips.Make(
                isDeflated: true,
                ("archive/data.pkl", Many("", "]", 4 * Million)),
                ("archive/version", "3\n"u8.ToArray())
            );
            byte[] gzip = Gzip(new byte[200 * Million]);
            foreach (string target in (string[])["zip", "torch", "scan", "recover"])
            {
                yield return (target, "a zip of 200 MB of zeros", zeros);
                yield return (target, "a zip of 4 million lists", lists);
            }
            foreach (string target in (string[])["tar", "scan", "recover"])
            {
                yield return (target, "a gzip of 200 MB of zeros", gzip);
            }
            byte[] nested = Latin("\u0080\u0002N.");
            byte[] packed = nested;
            byte[] tar = nested;
            for (int i = 0; i < 30; i++)
            {
                nested = Zips.Make(("a", nested));
                packed = Gzip(packed);
                tar = i % 2 == 0 ? [.. Tar("a.pkl", ""), .. tar] : Gzip(tar);
            }
            foreach (string target in (string[])["torch", "tar", "scan"])
            {
                yield return (target, "a zip in a zip, 30 deep", nested);
                yield return (target, "a gzip in a gzip, 30 deep", packed);
                yield return (target, "a tar in a gzip, 15 deep", tar);
            }
        }
    }

    /// <summary>Values in values, deeper than any stack.</summary>
    public static IReadOnlyList<(string Name, Func<byte[]> Make)> OfDepth { get; } =
    [
        ("deep tuples", () => Latin($"\u0080\u0002N{new string('\u0085', 2 * Million)}.")),
        ("deep lists", () => Latin($"\u0080\u0002{new string(']', Million)}{new string('a', Million - 1)}.")),
        ("deep marks", () => Latin($"\u0080\u0002{new string('(', 2 * Million)}t.")),
        ("deep dictionaries", () => Latin($"\u0080\u0002{Repeat("}N", Million)}N{new string('s', Million)}.")),
        ("deep objects", () => Latin($"\u0080\u0002cm\nn\n{Repeat(")R", Million)}.")),
        ("deep arguments", () => Latin($"\u0080\u0002cm\nn\nq\0N{Repeat("\u0085q\u00010h\0h\u0001R", 200_000)}.")),
        ("deep states", () => Latin($"\u0080\u0002cm\nn\nq\0{Repeat("h\0)R", 200_000)}{new string('b', 199_999)}.")),
        ("deep references", () => Latin($"\u0080\u0002N{new string('Q', Million)}.")),
    ];

    /// <summary>Tensors of a few bytes that claim many elements.</summary>
    public static IReadOnlyList<(string Name, Func<byte[]> Make)> OfStrides { get; } =
    [
        ("2^40 elements of one", () => Strided("\u008a\u0006\0\0\0\0\0\u0001\u0085", "K\0\u0085")),
        (
            "2^60 elements of one",
            () => Strided("\u008a\u0005\0\0\0\u0040\0\u008a\u0005\0\0\0\u0040\0\u0086", "K\0K\0\u0086")
        ),
        (
            "2^80 elements of one",
            () => Strided("\u008a\u0006\0\0\0\0\0\u0001\u008a\u0006\0\0\0\0\0\u0001\u0086", "K\0K\0\u0086")
        ),
        ("no elements of 2^62", () => Strided("K\0\u008a\u0008\0\0\0\0\0\0\0\u0040\u0086", "K\u0001K\u0001\u0086")),
        ("a negative stride", () => Strided("K\u0002\u0085", "J\u00ff\u00ff\u00ff\u00ff\u0085")),
        (
            "a stride of 2^63 - 1",
            () => Strided("K\u0002\u0085", "\u008a\u0008\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u007f\u0085")
        ),
    ];

    private static byte[] Latin(string text) => Encoding.Latin1.GetBytes(text);

    private static string Repeat(string text, int count) => string.Concat(Enumerable.Repeat(text, count));

    private static byte[] Many(string first, string each, int count, string end = "l") =>
        Latin($"\u0080\u0004{first}({Repeat(each, count)}{end}.");

    private static byte[] FarIndices(int count)
    {
        var bytes = new List<byte>(Latin("\u0080\u0002N"));
        for (int i = 0; i < count; i++)
        {
            bytes.Add((byte)Opcode.LONG_BINPUT);
            bytes.AddRange(BitConverter.GetBytes(i * 64));
        }
        return [.. bytes, (byte)Opcode.STOP];
    }

    // Ten times the one before in each, thirty times.
    private static byte[] Laughs(string first, string end = ".")
    {
        var text = new StringBuilder($"\u0080\u0004{first}q\0");
        for (int i = 0; i < 30; i++)
        {
            text.Append('(').Append(Repeat($"h{(char)i}", 10)).Append("tq").Append((char)(i + 1));
        }
        return Latin(text.Append(end).ToString());
    }

    private static byte[] Number(long value) => BitConverter.GetBytes(value);

    private static byte[] Legacy(long count)
    {
        byte[] file = File.ReadAllBytes(Path.Combine(Repository.Fixtures, "torch-2.14.1", "legacy_tensor.pt"));
        // Six float32 with their count before them.
        BinaryPrimitives.WriteInt64LittleEndian(file.AsSpan(file.Length - 32), count);
        return file;
    }

    private static byte[] SafeTensors(string shape, string offsets)
    {
        byte[] header = Latin($$$"""{"a":{"dtype":"F32","shape":{{{shape}}},"data_offsets":{{{offsets}}} }}""");
        return [.. Number(header.Length), .. header, 0, 0, 0, 0];
    }

    private static byte[] Npy(string shape)
    {
        byte[] header = Latin($$"""{'descr': '<f4', 'fortran_order': False, 'shape': {{shape}}, }""" + "\n");
        return [.. Latin("\u0093NUMPY\u0001\0"), (byte)header.Length, 0, .. header, 0, 0, 0, 0];
    }

    private static byte[] Tar(string name, string size, char type = '0')
    {
        byte[] header = new byte[512];
        Latin(name).CopyTo(header, 0);
        Latin(size).CopyTo(header, 124);
        header[156] = (byte)type;
        header.AsSpan(148, 8).Fill((byte)' ');
        Latin(Convert.ToString(header.Sum(one => one), toBase: 8).PadLeft(6, '0') + "\0").CopyTo(header, 148);
        return [.. header, .. new byte[512]];
    }

    private static byte[] Zip(uint length)
    {
        byte[] zip = Zips.Make(("archive/data.pkl", "N."u8.ToArray()));
        int central = zip.AsSpan().IndexOf("PK\u0001\u0002"u8);
        foreach (int field in (int[])[18, 22, central + 20, central + 24])
        {
            BinaryPrimitives.WriteUInt32LittleEndian(zip.AsSpan(field), length);
        }
        return zip;
    }

    private static byte[] Gzip(byte[] content)
    {
        using var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionLevel.Fastest))
        {
            gzip.Write(content);
        }
        return stream.ToArray();
    }

    private static byte[] Strided(string shape, string strides) =>
        Latin(
            "\u0080\u0002ctorch._utils\n_rebuild_tensor_v2\n((X\u0007\0\0\0storagectorch\nFloatStorage\nX\u0001\0\0\00"
                + $"X\u0003\0\0\0cpuK\u0001tQK\0{shape}{strides}\u0089ccollections\nOrderedDict\n)RtR."
        );
}
