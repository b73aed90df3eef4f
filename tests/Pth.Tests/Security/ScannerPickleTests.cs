using System.Text;
using static Pth.Tests.Security.Opcodes;
using static Pth.Tests.Security.ScanAssert;

namespace Pth.Tests.Security;

/// <summary>How a pickle reaches a call, in every way that the machine has.</summary>
public sealed class ScannerPickleTests
{
    [Theory]
    [InlineData("os", "system")]
    [InlineData("posix", "popen")]
    [InlineData("subprocess", "Popen")]
    [InlineData("__builtin__", "eval")]
    [InlineData("builtins", "exec")]
    [InlineData("builtins", "__import__")]
    [InlineData("commands", "getoutput")]
    [InlineData("operator", "attrgetter")]
    [InlineData("functools", "partial")]
    [InlineData("pkgutil", "resolve_name")]
    [InlineData("torch.hub", "load")]
    [InlineData("torch.serialization", "load")]
    [InlineData("torch._inductor.codecache", "compile_file")]
    [InlineData("numpy.testing._private.utils", "runstring")]
    [InlineData("asyncio.unix_events", "_UnixSubprocessTransport._start")]
    [InlineData("idlelib.pyshell", "ModifiedInterpreter.runcommand")]
    [InlineData("some.unknown.package", "os.system")]
    [InlineData("any.package.at.all", "sys")]
    [InlineData("any.package.at.all", "exec_")]
    [InlineData("collections", "OrderedDict.__init__.__globals__")]
    [InlineData("imaplib", "IMAP4_stream")]
    [InlineData("_pyrepl.pager", "pipe_pager")]
    [InlineData("test.support.script_helper", "assert_python_ok")]
    public void Known_ways_to_run_code_are_dangerous(string module, string name) =>
        FindsDanger(Calling(module, name), $"{module}.{name}");

    [Fact]
    public void The_call_is_shown_with_its_arguments_and_its_place()
    {
        Finding finding = FindsDanger(Calling("os", "system", "echo 'hi'\n"), "os.system");

        Assert.Equal(@"os.system('echo \'hi\'\n')", finding.Call);
        Assert.Equal(Calling("os", "system", "echo 'hi'\n").Length - 2, finding.Offset);
    }

    public static TheoryData<string, byte[]> Ways { get; } =
        new()
        {
            { "GLOBAL and REDUCE", Join(Global("os", "system"), "(S'id'\ntR.") },
            { "INST", Join("(S'id'\nios\nsystem\n.") },
            { "OBJ", Join("(", Global("os", "system"), "S'id'\no.") },
            { "NEWOBJ", Join(Proto(2), Global("os", "system"), LongText("id"), 0x85, 0x81, ".") },
            { "NEWOBJ_EX", Join(Proto(4), StackGlobal("os", "system"), Text("id"), 0x85, "}", 0x92, ".") },
            { "STACK_GLOBAL", Join(Proto(4), StackGlobal("os", "system"), Text("id"), 0x85, "R.") },
            {
                "names from the memo, in another order",
                Join(
                    Proto(4),
                    Text("system"),
                    0x94,
                    "0",
                    Text("os"),
                    0x94,
                    "0",
                    "h\u0001h\0",
                    0x93,
                    Text("id"),
                    0x85,
                    "R."
                )
            },
            { "names by DUP", Join(Proto(4), Text("os"), "2", "0", Text("system"), 0x93, Text("id"), 0x85, "R.") },
            { "names as old strings", Join(Proto(4), "S'os'\nS'system'\n", 0x93, Text("id"), 0x85, "R.") },
            { "names as escaped text", Join("V\\u006fs\nVsystem\n", 0x93, "(S'id'\ntR.") },
            { "a call that is dropped", Join(Proto(4), StackGlobal("os", "system"), Text("id"), 0x85, "R0N.") },
            { "a call under a mark that is dropped", Join("(", Global("os", "system"), "(S'id'\ntR1N.") },
            { "the class remembered and called later", Join(Global("os", "system"), "p5\n0g5\n(S'id'\ntR.") },
            {
                "a class made by copyreg",
                Join(Global("copy_reg", "_reconstructor"), "(", Global("os", "system"), "NNtR.")
            },
            {
                "a call made by PyTorch's own function",
                Join(
                    Proto(2),
                    Global("torch._tensor", "_rebuild_from_type_v2"),
                    "(",
                    Global("os", "system"),
                    "N",
                    LongText("id"),
                    0x85,
                    "NtR."
                )
            },
            {
                "in a second pickle",
                Join(Proto(4), "N.", Proto(4), StackGlobal("os", "system"), Text("id"), 0x85, "R.")
            },
            { "in a pickle of no protocol behind another", Join("N.", Global("os", "system"), "(S'id'\ntR.") },
            { "before the pickle breaks", Join(Global("os", "system"), "(S'id'\ntR\u00FF\u00FF") },
            {
                "before an argument that is not there",
                Join(Global("os", "system"), "(S'id'\ntRX\u00FF\u00FF\u00FF\u00FF")
            },
            {
                "after a break",
                Join(Proto(4), "NN\u00FF\u00FF\u00FF", Proto(4), StackGlobal("os", "system"), Text("id"), 0x85, "R.")
            },
            { "a list of state", Join(Proto(2), "]", Global("os", "system"), LongText("id"), 0x85, "Ra.") },
        };

    [Theory]
    [MemberData(nameof(Ways))]
    public void Every_way_to_a_call_is_followed(string way, byte[] pickle)
    {
        Assert.NotEmpty(way);
        Finding finding = FindsDanger(pickle, "os.system");

        Assert.StartsWith("os.system(", finding.Call, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_a_call_makes_is_dangerous_whatever_it_is() =>
        Finds(
            Join(
                Proto(4),
                StackGlobal("_codecs", "encode"),
                Text("bf"),
                Text("rot13"),
                0x86,
                "R",
                Text("system"),
                0x93,
                "."
            ),
            ScanLevel.Dangerous,
            "PTH004"
        );

    [Fact]
    public void A_name_that_was_never_remembered_is_dangerous() =>
        Finds(Join(Proto(4), "h\u0009", Text("system"), 0x93, "."), ScanLevel.Dangerous, "PTH004");

    [Fact]
    public void What_a_call_returns_may_not_be_called() =>
        Finds(Join(Proto(2), Global("collections", "OrderedDict"), ")R)R."), ScanLevel.Suspicious, "PTH010");

    [Fact]
    public void What_is_on_no_list_is_suspicious_and_needs_no_call()
    {
        Finds(Join(Proto(2), Global("my.package", "Thing"), "."), ScanLevel.Suspicious, "PTH002", "my.package.Thing");
        Finds(Join(Proto(2), Global("my.package", "Thing"), ")R."), ScanLevel.Suspicious, "PTH002", "my.package.Thing");
    }

    [Fact]
    public void Modules_and_optimizers_are_known_classes()
    {
        byte[] pickle = Join(Proto(2), Global("torch.nn.modules.conv", "Conv2d"), ")", 0x81, "}b.");

        Finds(pickle, ScanLevel.NeedsCode, "PTH003", "torch.nn.modules.conv.Conv2d");
        Assert.Equal(["torch"], Scan(pickle).Packages);
        Assert.Equal(ScanLevel.NeedsCode, Scan(pickle).Level);
    }

    [Fact]
    public void A_function_of_a_known_package_is_not_a_known_class() =>
        Finds(Calling("torch.nn.modules.module", "register_module_forward_hook"), ScanLevel.Suspicious, "PTH002");

    [Fact]
    public void Registered_numbers_are_reported() =>
        Finds(Join(Proto(2), 0x82, 7, ")R."), ScanLevel.Suspicious, "PTH006");

    [Fact]
    public void A_class_may_not_be_changed() =>
        Finds(
            Join(Proto(2), Global("torch", "Tensor"), "}", LongText("__reduce__"), "Nsb."),
            ScanLevel.Dangerous,
            "PTH007"
        );

    [Fact]
    public void A_state_may_not_set_the_class() =>
        Finds(
            Join(Proto(2), Global("collections", "OrderedDict"), ")R}", LongText("__class__"), "Nsb."),
            ScanLevel.Suspicious,
            "PTH009"
        );

    [Fact]
    public void One_s_own_names_can_be_allowed()
    {
        byte[] pickle = Join(Proto(2), Global("mylab.nets", "Block"), ")", 0x81, ".");

        Assert.Equal(ScanLevel.Safe, Scan(pickle, new ScanOptions { Allowed = ["mylab.nets.Block"] }).Level);
        Assert.Equal(ScanLevel.Safe, Scan(pickle, new ScanOptions { Allowed = ["mylab.*"] }).Level);
        Assert.Equal(ScanLevel.Suspicious, Scan(pickle, new ScanOptions { Allowed = ["mylab.nets.Other"] }).Level);
        Assert.Equal(ScanLevel.Dangerous, Scan(Calling("os", "system"), new ScanOptions { Allowed = ["os.*"] }).Level);
        Assert.Equal(ScanLevel.Safe, Scan(Calling("os", "system"), new ScanOptions { Allowed = ["os.system"] }).Level);
    }

    public static TheoryData<string, byte[]> Structures { get; } =
        new()
        {
            { "PTH021", Join(Proto(2), "]", Proto(4), "Na.") },
            { "PTH022", Join(Proto(4), 0x95, BitConverter.GetBytes(3L), Text("abcdefgh"), ".") },
            { "PTH023", Join(Proto(2), Text("abcdef"), ".") },
            { "PTH023", Join(Proto(4), "I1\n.") },
            { "PTH025", Join(Proto(2), "N0N.", "what is this") },
            { "PTH026", Join(Proto(2), "NR.") },
            { "PTH027", Join(Proto(2), Global("__builtin__", "bytearray"), Int(268435456), 0x85, "R.") },
            { "PTH011", Join(Proto(2), LongText("elsewhere"), "Q.") },
        };

    [Theory]
    [MemberData(nameof(Structures))]
    public void What_no_pickler_writes_is_suspicious(string rule, byte[] pickle) =>
        Finds(pickle, ScanLevel.Suspicious, rule);

    [Fact]
    public void Bombs_are_counted_and_not_built()
    {
        // Ten times ten lists of ten lists ...: 10^12 values.
        var bomb = new StringBuilder("\u0080\u0002]q\0");
        for (int level = 1; level <= 12; level++)
        {
            bomb.Append('(');
            for (int i = 0; i < 10; i++)
            {
                bomb.Append('h').Append((char)(level - 1));
            }
            bomb.Append("lq").Append((char)level);
        }
        byte[] pickle = Join(bomb.Append('.').ToString());

        long before = GC.GetAllocatedBytesForCurrentThread();
        Finds(pickle, ScanLevel.Suspicious, "PTH024");
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 16 << 20);
    }

    [Fact]
    public void Deep_values_need_no_stack() =>
        Finds(Join(Proto(2), new string(']', 200_000), new string('a', 199_999), "."), ScanLevel.Suspicious, "PTH028");

    [Fact]
    public void A_pickle_of_nothing_but_values_is_given_up_within_its_size()
    {
        byte[] pickle = Join(Proto(2), new string('(', 2_000_000), new string(']', 6_000_000));

        long before = GC.GetAllocatedBytesForCurrentThread();
        Finds(pickle, ScanLevel.Suspicious, "PTH029");
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 8L * pickle.Length + (64 << 20));
    }

    [Theory]
    [InlineData("cat\ndog\ncos\nsin\ntan\nunicode\nencode\n")]
    [InlineData("config:\n  os: linux\n  code: 3\n")]
    [InlineData("# import os\nimport os\nos.system('ls')\n")]
    [InlineData("{\"a\": [1, 2, 3]}")]
    public void Text_is_no_pickle(string text) => IsSafe(Encoding.UTF8.GetBytes(text));

    [Fact]
    public void Random_bytes_are_no_pickle()
    {
        byte[] bytes = new byte[4 << 20];
        new Random(1).NextBytes(bytes);

        Assert.NotEqual(ScanLevel.Dangerous, Scan(bytes).Level);
    }
}
