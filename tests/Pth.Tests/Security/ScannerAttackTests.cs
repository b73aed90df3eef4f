using System.IO.Compression;
using System.Text;
using static Pth.Tests.Security.Opcodes;
using static Pth.Tests.Security.ScanAssert;

namespace Pth.Tests.Security;

/// <summary>
/// Attacks of the published classes that nobody published: each reaches a call by what the pickle machine does, or hides it by what another
/// program overlooks.
/// </summary>
public sealed class ScannerAttackTests
{
    private static readonly byte[] Payload = Calling("os", "system");

    [Theory]
    [InlineData("a memo index with space around it", "Vos\np 7\n0Vsystem\np8\n0g7 \ng8\n\u0093(S'id'\ntR.")]
    [InlineData("a memo index with an underscore", "Vos\np1_0\n0Vsystem\np1_1\n0g10\ng11\n\u0093(S'id'\ntR.")]
    [InlineData("a memo index that is negative", "Vos\np-1\n0Vsystem\np-2\n0g-1\ng-2\n\u0093(S'id'\ntR.")]
    [InlineData(
        "a memo entry that is written over",
        "Vcollections\np0\n0Vos\np0\n0Vsystem\np1\n0g0\ng1\n\u0093(S'id'\ntR."
    )]
    [InlineData(
        "four-byte memo indices",
        "\u0080\u0004Vos\nr\u0001\u0002\u0003\u00040Vsystem\nr\u0005\0\0\u00010j\u0001\u0002\u0003\u0004j\u0005\0\0\u0001\u0093(S'id'\ntR."
    )]
    [InlineData(
        "text of 8-byte length",
        "\u0080\u0004\u008d\u0002\0\0\0\0\0\0\0os\u008d\u0006\0\0\0\0\0\0\0system\u0093(S'id'\ntR."
    )]
    [InlineData(
        "text under a mark that goes",
        "\u0080\u0004(\u008c\u0002os\u008c\u0006systemN1\u008c\u0002os\u008c\u0006system\u0093(S'id'\ntR."
    )]
    [InlineData("a mark that is popped", "\u0080\u0002(0cos\nsystem\nX\u0002\0\0\0id\u0085R.")]
    [InlineData("INST in protocol 4", "\u0080\u0004(S'id'\nios\nsystem\n.")]
    [InlineData("OBJ with the class from the memo", "cos\nsystem\np0\n0(g0\nS'id'\no.")]
    [InlineData(
        "NEWOBJ_EX with keywords",
        "\u0080\u0004\u008c\u0002os\u008c\u0006system\u0093)}\u008c\u0007command\u008c\u0002ids\u0092."
    )]
    [InlineData("a call among the arguments of a call", "ccollections\nOrderedDict\n((cos\nsystem\n(S'id'\ntRttR.")]
    [InlineData("a call as a key of a dict", "\u0080\u0002}cos\nsystem\nX\u0002\0\0\0id\u0085RNs.")]
    [InlineData(
        "a call in a state",
        "\u0080\u0002ccollections\nOrderedDict\n)R}X\u0001\0\0\0acos\nsystem\nX\u0002\0\0\0id\u0085Rsb."
    )]
    [InlineData("a call in a frozenset", "\u0080\u0004(cos\nsystem\nX\u0002\0\0\0id\u0085R\u0091.")]
    [InlineData("a call in the id of a storage", "\u0080\u0002cos\nsystem\nX\u0002\0\0\0id\u0085RQ.")]
    [InlineData(
        "copyreg's second way to make an object",
        "\u0080\u0002ccopy_reg\n__newobj_ex__\ncos\nsystem\nX\u0002\0\0\0id\u0085}\u0087R."
    )]
    [InlineData(
        "NumPy's way to call a constructor",
        "\u0080\u0002cnumpy.random._pickle\n__generator_ctor\nX\u0002\0\0\0idcos\nsystem\n\u0086R."
    )]
    [InlineData("no PROTO and old names", "c__builtin__\nlist\n)R0cos\nsystem\n(S'id'\ntR.")]
    [InlineData("after many STOPs", "N.N.N.N.N.N.N.cos\nsystem\n(S'id'\ntR.")]
    [InlineData("behind zeros", "\u0080\u0002N.\0\0\0\0\0\0\0\0cos\nsystem\n(S'id'\ntR.")]
    [InlineData(
        "behind a STOP and noise",
        "\u0080\u0002N.\u00de\u00ad\u00be\u00ef\u0080\u0003cos\nsystem\nX\u0002\0\0\0id\u0085R."
    )]
    [InlineData(
        "in a frame that ends too early",
        "\u0080\u0004\u0095\u0003\0\0\0\0\0\0\0\u008c\u0002os\u008c\u0006system\u0093\u008c\u0002id\u0085R."
    )]
    [InlineData("with an argument from out of band", "\u0080\u0005cos\nsystem\n\u0097\u0098\u0085R.")]
    public void A_call_is_found_however_it_is_reached(string way, string pickle)
    {
        Assert.NotEmpty(way);

        Finding finding = FindsDanger(Join(pickle), "os.system");

        Assert.NotNull(finding.Call);
        Assert.StartsWith("os.system", finding.Call, StringComparison.Ordinal);
        Assert.NotNull(finding.Offset);
        // The same in an archive, whatever it is called, and as the only thing that a pickle of bytes holds.
        FindsDanger(new ZipBytes().Add("m/readme.txt", Join(pickle)).Build(), "os.system");
    }

    [Theory]
    [InlineData("torch.serialization", "os.system")]
    [InlineData("torch", "serialization.os.system")]
    [InlineData("collections", "_sys.modules")]
    [InlineData("builtins", "str.__subclasses__")]
    [InlineData("datetime", "sys.modules.get")]
    [InlineData("torch._utils", "_import_dotted_name")]
    [InlineData("torch.storage", "io.open_code")]
    [InlineData("any", "thing.__globals__")]
    [InlineData("any", "thing.__class__.__base__")]
    [InlineData("numpy", "f2py.crackfortran.myeval")]
    public void A_dotted_name_leads_to_what_it_ends_at(string module, string name) =>
        FindsDanger(Join(Proto(4), StackGlobal(module, name), Text("id"), 0x85, "R."), $"{module}.{name}");

    [Fact]
    public void A_second_PROTO_changes_which_names_are_meant()
    {
        FindsDanger(Join(Proto(4), Proto(2), Global("__builtin__", "getattr"), "."), "__builtin__.getattr");
        FindsDanger(Join(Proto(2), Proto(4), Global("__builtin__", "getattr"), "."), "__builtin__.getattr");
        FindsDanger(Join(Global("copy_reg", "add_extension"), "."), "copy_reg.add_extension");
    }

    [Fact]
    public void A_name_that_is_made_while_it_is_read_is_dangerous_in_every_way()
    {
        object[] encode = [StackGlobal("_codecs", "encode"), Text("system"), Text("ascii"), 0x86, "R"];
        Finds(Join(Proto(4), Text("os"), Join(encode), 0x93, "."), ScanLevel.Dangerous, "PTH004");
        Finds(Join(Proto(4), "N", Text("system"), 0x93, "."), ScanLevel.Dangerous, "PTH004");
        Finds(Join(Proto(4), Text("os"), "K\u0001", 0x93, "."), ScanLevel.Dangerous, "PTH004");
        Finds(Join(Proto(4), Text("os"), Text("x"), "2", 0x86, 0x93, "."), ScanLevel.Dangerous, "PTH004");
    }

    [Fact]
    public void Numbers_of_the_registry_are_found_in_all_three_lengths()
    {
        foreach (byte[] code in (byte[][])[Join(0x82, 1), Join(0x83, 1, 0), Join(0x84, 1, 0, 0, 0)])
        {
            Finds(Join(Proto(2), code, LongText("id"), 0x85, "R."), ScanLevel.Suspicious, "PTH006");
            Finds(Join(Proto(2), code, LongText("id"), 0x85, "R."), ScanLevel.Suspicious, "PTH010");
        }
    }

    [Fact]
    public void States_that_change_what_an_object_does_are_found()
    {
        byte[] made = Join(Global("collections", "OrderedDict"), ")R");
        Finds(Join(Proto(2), made, "}", LongText("__setstate__"), "Nsb."), ScanLevel.Suspicious, "PTH009");
        Finds(Join(Proto(2), made, "N}", LongText("__class__"), "Ns", 0x86, "b."), ScanLevel.Suspicious, "PTH009");
        Finds(Join(Proto(2), made, "(", LongText("__reduce_ex__"), "Ndb."), ScanLevel.Suspicious, "PTH009");
        Finds(
            Join(Proto(2), Global("torch._utils", "_rebuild_tensor_v2"), "}", LongText("__code__"), "Nsb."),
            ScanLevel.Dangerous,
            "PTH007"
        );
        Finds(Join(Proto(2), Global("torch", "Size"), "Na."), ScanLevel.Dangerous, "PTH007");
        Finds(Join(Proto(2), Global("torch", "Size"), "NNs."), ScanLevel.Dangerous, "PTH007");
    }

    [Fact]
    public void PyTorch_s_own_functions_are_no_way_around()
    {
        byte[] rebuild = Global("torch._tensor", "_rebuild_from_type_v2");
        // What is called is the result of a call.
        Finds(
            Join(Proto(2), rebuild, "(", Global("collections", "OrderedDict"), ")RN", LongText("id"), 0x85, "NtR."),
            ScanLevel.Suspicious,
            "PTH010"
        );
        FindsDanger(
            Calling("torch.package.package_importer", "PackageImporter"),
            "torch.package.package_importer.PackageImporter"
        );
        FindsDanger(Calling("torch.jit", "load"), "torch.jit.load");
        FindsDanger(Calling("torch.utils.cpp_extension", "load_inline"), "torch.utils.cpp_extension.load_inline");
        FindsDanger(
            Join(
                Proto(2),
                Global("torch.storage", "_load_from_bytes"),
                ByteString(Join(Proto(2), "N.", Payload)),
                0x85,
                "R."
            ),
            "os.system"
        );
    }

    [Theory]
    [InlineData("builtins", "range", 1_000_000_000)]
    [InlineData("numpy", "ndarray", 1_000_000_000)]
    [InlineData("torch", "UntypedStorage", 1_000_000_000)]
    [InlineData("builtins", "bytearray", 1_000_000_000)]
    public void A_call_that_asks_for_much_memory_is_found(string module, string name, int amount) =>
        Finds(Join(Proto(4), StackGlobal(module, name), Int(amount), 0x85, "R."), ScanLevel.Suspicious, "PTH027");

    [Fact]
    public void Values_are_looked_into_however_they_are_written()
    {
        string base64 = Convert.ToBase64String(Payload);
        byte[] Holding(byte[] value) => Join(Proto(5), value, ".");

        FindsDanger(Holding(Join(0x96, BitConverter.GetBytes((long)Payload.Length), Payload)), "os.system");
        FindsDanger(Holding(Join(0x8E, BitConverter.GetBytes((long)Payload.Length), Payload)), "os.system");
        FindsDanger(Holding(Join("C", Payload.Length, Payload)), "os.system");
        FindsDanger(Holding(LongText(base64.Replace('+', '-').Replace('/', '_').TrimEnd('='))), "os.system");
        FindsDanger(Holding(LongText(Convert.ToBase64String(Encoding.ASCII.GetBytes(base64)))), "os.system");
        FindsDanger(Holding(LongText(Convert.ToHexStringLower(Payload))), "os.system");
        FindsDanger(Holding(ByteString(Packed(Payload))), "os.system");
        FindsDanger(Holding(ByteString(new ZipBytes().Add("x", Payload, method: 8).Build())), "os.system");
        FindsDanger(Packed(Payload), "os.system");
    }

    [Fact]
    public void A_file_that_is_two_things_is_looked_at_as_both()
    {
        byte[] zip = new ZipBytes().Add("m/data.pkl", Join(Proto(2), "}.")).Build();
        FindsDanger(Join(Payload, zip), "os.system");
        FindsDanger(Join(zip, Payload), "os.system");
        FindsDanger(Join(new byte[1000], new ZipBytes().Add("m/data.pkl", Payload).Build()), "os.system");
        FindsDanger(
            Join("#!/bin/sh\nexit\n", new ZipBytes().Add("m/data.pkl", Payload).Build(), "\ntail"),
            "os.system"
        );
    }

    [Fact]
    public void A_second_archive_in_a_storage_is_found_where_programs_may_open_it()
    {
        byte[] inner = new ZipBytes().Add("m/data.pkl", Payload, method: 8).Build();
        byte[] data = Join(new byte[64], inner, new byte[(4 - inner.Length % 4) % 4]);
        byte[] pickle = Join(Proto(2), Tensor(Storage("0", data.Length / 4), 0, data.Length / 4, 1), ".");
        ZipBytes Outer() => new ZipBytes().Add("m/data.pkl", pickle).Add("m/version", [0x33]).Add("m/data/0", data);

        // Sound: no program opens what lies in the storage.
        IsSafe(Outer().Build());
        // An end record in the comment is the last one, and some take the last.
        string comment = Encoding.Latin1.GetString(inner.AsSpan(inner.Length - 22));
        FindsDanger(Outer().Build(comment), "os.system");
        // Bytes in front: nobody says which archive is meant.
        FindsDanger(Outer().Stray(new byte[40]).Stray([1]).Build(), "os.system");
    }

    [Fact]
    public void Headers_of_arrays_are_read_as_Python_reads_them()
    {
        FindsDanger(Npy(@"{'descr': '\x7cO', 'fortran_order': False, 'shape': (1,), }"), "os.system");
        FindsDanger(Npy("{'descr':\"O\",'fortran_order':False,'shape':(1,)}"), "os.system");
        FindsDanger(
            Npy("{'descr': [('a', '<f4'), ('b', '|O')], 'fortran_order': False, 'shape': (1,), }"),
            "os.system"
        );
        FindsDanger(Npy("{'descr': ['O'][0], 'fortran_order': False, 'shape': (1,), }"), "os.system");
        IsSafe(Npy("{'descr': '|u1', 'fortran_order': False, 'shape': (" + Payload.Length + ",), }"));
    }

    [Fact]
    public void Code_in_packages_is_listed_and_what_reaches_out_is_suspicious()
    {
        byte[] Package(string code) =>
            new ZipBytes()
                .Add("p/model/model.pkl", Join(Proto(2), "}."))
                .Add("p/net.py", Encoding.ASCII.GetBytes(code))
                .Build();

        Finds(Package("import torch\nclass Net(torch.nn.Module):\n  pass\n"), ScanLevel.NeedsCode, "PTH050");
        Assert.Equal(ScanLevel.NeedsCode, Scan(Package("import torch\n")).Level);
        Finds(Package("import subprocess\nsubprocess.run('id')\n"), ScanLevel.Suspicious, "PTH053");
        Finds(Package("__builtins__['eval']('1')\n"), ScanLevel.Suspicious, "PTH053");
    }

    [Fact]
    public void Safetensors_metadata_is_read_with_its_escapes()
    {
        string escaped = string.Concat(Convert.ToBase64String(Payload).Select(c => $"\\u{(int)c:x4}"));
        string header = $"{{\"__metadata__\":{{\"format\":\"{escaped}\"}}}}";

        FindsDanger(Join(BitConverter.GetBytes((long)header.Length), header), "os.system");
        Finds(
            Join(BitConverter.GetBytes(47L), "{\"__metadata__\":{\"a\":\"\\u005f\\u005fimport__('os')\"}}"[..47]),
            ScanLevel.Suspicious,
            "PTH036"
        );
    }

    private static byte[] Npy(string header) =>
        Join(0x93, "NUMPY", 1, 0, BitConverter.GetBytes((short)(header.Length + 1)), header, "\n", Payload);

    private static byte[] Packed(byte[] bytes)
    {
        using var output = new MemoryStream();
        using (var zlib = new ZLibStream(output, CompressionLevel.Optimal))
        {
            zlib.Write(bytes);
        }
        return output.ToArray();
    }
}
