using Pth.Pickle;

namespace Pth.Tests.Pickle;

/// <summary>Each opcode by hand, as pickletools describes it.</summary>
public class OpcodeTests
{
    // Opcode, stream (hex; text between back quotes, ';' for a line feed), what it gives.
    private static readonly (Opcode Opcode, string Stream, string Value)[] Vectors =
    [
        (Opcode.INT, "`I-17;.`", "-17"),
        (Opcode.INT, "`I00;.`", "False"),
        (Opcode.INT, "`I01;.`", "True"),
        (Opcode.INT, "`I0;.`", "0"),
        (Opcode.INT, "`I4294967296;.`", "4294967296"),
        (Opcode.BININT, "4A FEFFFFFF 2E", "-2"),
        (Opcode.BININT, "4A 00000080 2E", "-2147483648"),
        (Opcode.BININT1, "4B FF 2E", "255"),
        (Opcode.BININT2, "4D 0102 2E", "513"),
        (Opcode.LONG, "`L-12345678901234567890L;.`", "-12345678901234567890"),
        (Opcode.LONG, "`L7;.`", "7"),
        (Opcode.LONG1, "8A 00 2E", "0"),
        (Opcode.LONG1, "8A 02 FF00 2E", "255"),
        (Opcode.LONG1, "8A 02 00FF 2E", "-256"),
        (Opcode.LONG1, "8A 09 000000000000000001 2E", "18446744073709551616"),
        (Opcode.LONG4, "8B 01000000 80 2E", "-128"),
        (Opcode.FLOAT, "`F-1.25;.`", "-1.25"),
        (Opcode.FLOAT, "`F-inf;.`", "-Infinity"),
        (Opcode.FLOAT, "`F1e-05;.`", "1E-05"),
        (Opcode.BINFLOAT, "47 3FF8000000000000 2E", "1.5"),
        (Opcode.NONE, "4E 2E", "None"),
        (Opcode.NEWTRUE, "88 2E", "True"),
        (Opcode.NEWFALSE, "89 2E", "False"),
        (Opcode.STRING, "`S'a\\x41\\101\\q\\t';.`", "'aAA\\q\t'"),
        (Opcode.STRING, "`S\"\\xff\";.`", "b'FF'"),
        (Opcode.BINSTRING, "54 02000000 C3A9 2E", "'\u00e9'"),
        (Opcode.BINSTRING, "54 02000000 C3C3 2E", "b'C3C3'"),
        (Opcode.SHORT_BINSTRING, "55 01 61 2E", "'a'"),
        (Opcode.UNICODE, "`V\\u00e9\\\\u0041\\U0001F600;.`", "'\u00e9\\\\u0041\U0001F600'"),
        (Opcode.BINUNICODE, "58 03000000 616263 2E", "'abc'"),
        (Opcode.SHORT_BINUNICODE, "8C 02 C3A9 2E", "'\u00e9'"),
        (Opcode.BINUNICODE8, "8D 0100000000000000 61 2E", "'a'"),
        (Opcode.BINBYTES, "42 02000000 00FF 2E", "b'00FF'"),
        (Opcode.SHORT_BINBYTES, "43 01 61 2E", "b'61'"),
        (Opcode.BINBYTES8, "8E 0100000000000000 61 2E", "b'61'"),
        (Opcode.BYTEARRAY8, "96 0100000000000000 61 2E", "bytearray'61'"),
        (Opcode.READONLY_BUFFER, "96 0100000000000000 61 98 2E", "b'61'"),
        (Opcode.EMPTY_LIST, "5D 2E", "[]"),
        (Opcode.APPEND, "5D 4B01 61 2E", "[1]"),
        (Opcode.APPENDS, "5D 28 4B01 4B02 65 2E", "[1, 2]"),
        (Opcode.APPENDS, "5D 28 65 2E", "[]"),
        (Opcode.LIST, "28 4B01 4B02 6C 2E", "[1, 2]"),
        (Opcode.EMPTY_TUPLE, "29 2E", "()"),
        (Opcode.TUPLE, "28 4B01 4B02 4B03 4B04 74 2E", "(1, 2, 3, 4)"),
        (Opcode.TUPLE1, "4B01 85 2E", "(1)"),
        (Opcode.TUPLE2, "4B01 4B02 86 2E", "(1, 2)"),
        (Opcode.TUPLE3, "4B01 4B02 4B03 87 2E", "(1, 2, 3)"),
        (Opcode.EMPTY_DICT, "7D 2E", "{}"),
        (Opcode.DICT, "28 4B01 4B02 4B03 4B04 64 2E", "{1: 2, 3: 4}"),
        (Opcode.SETITEM, "7D 4B01 4B02 73 2E", "{1: 2}"),
        (Opcode.SETITEMS, "7D 28 4B01 4B02 4B03 4B04 75 2E", "{1: 2, 3: 4}"),
        (Opcode.EMPTY_SET, "8F 2E", "set()"),
        (Opcode.ADDITEMS, "8F 28 4B01 4B02 4B01 90 2E", "set(1, 2)"),
        (Opcode.FROZENSET, "28 4B01 4B01 91 2E", "frozenset(1)"),
        (Opcode.POP, "4B01 4B02 30 2E", "1"),
        (Opcode.POP, "4B01 28 30 2E", "1"),
        (Opcode.DUP, "4B01 32 86 2E", "(1, 1)"),
        (Opcode.MARK, "28 74 2E", "()"),
        (Opcode.POP_MARK, "4B01 28 4B02 4B03 31 2E", "1"),
        (Opcode.GET, "5D `p300;g300;` 86 2E", "([], [])"),
        (Opcode.BINGET, "4B07 71 05 68 05 86 2E", "(7, 7)"),
        (Opcode.LONG_BINGET, "4B07 72 00010000 6A 00010000 86 2E", "(7, 7)"),
        (Opcode.PUT, "4B07 `p0;` 68 00 86 2E", "(7, 7)"),
        (Opcode.BINPUT, "4B07 71 FF 68 FF 86 2E", "(7, 7)"),
        (Opcode.LONG_BINPUT, "4B07 72 FFFFFFFF 6A FFFFFFFF 86 2E", "(7, 7)"),
        (Opcode.MEMOIZE, "5D 94 4B08 94 68 00 68 01 86 86 86 2E", "([], (8, ([], 8)))"),
        (Opcode.NEXT_BUFFER, "97 97 86 2E", "(buffer 0 outside the pickle, buffer 1 outside the pickle)"),
        (Opcode.READONLY_BUFFER, "97 98 2E", "read-only buffer 0 outside the pickle"),
        (Opcode.EXT1, "82 FF 2E", "extension 255"),
        (Opcode.EXT2, "83 0001 2E", "extension 256"),
        (Opcode.EXT4, "84 FFFFFF7F 2E", "extension 2147483647"),
        (Opcode.GLOBAL, "`cmodule;name;.`", "module.name"),
        (Opcode.GLOBAL, "`c__builtin__;xrange;.`", "builtins.range"),
        (Opcode.GLOBAL, "80 03 `c__builtin__;xrange;.`", "__builtin__.xrange"),
        (Opcode.STACK_GLOBAL, "80 04 8C 01 6D 8C 03 612E62 93 2E", "m.a.b"),
        (Opcode.REDUCE, "`cm;f;` 4B01 85 52 2E", "m.f(1)"),
        (Opcode.BUILD, "`cm;f;` 29 52 7D 62 2E", "m.f() state {}"),
        (Opcode.INST, "28 4B01 `im;C;.`", "m.C(1)"),
        (Opcode.OBJ, "28 `cm;C;` 4B01 6F 2E", "m.C(1)"),
        (Opcode.NEWOBJ, "`cm;C;` 4B01 85 81 2E", "new m.C(1)"),
        (Opcode.NEWOBJ_EX, "`cm;C;` 29 7D 8C 01 6B 4B01 73 92 2E", "new with keywords m.C() keywords {'k': 1}"),
        (Opcode.PROTO, "80 05 4E 2E", "None"),
        (Opcode.STOP, "4E 2E 4E 4E", "None"),
        (Opcode.FRAME, "95 0200000000000000 4B01 2E", "1"),
        (Opcode.PERSID, "`P12;.`", "<'12'>"),
        (Opcode.BINPERSID, "4B01 51 2E", "<1>"),
    ];

    private static readonly (Opcode Opcode, string Stream, CheckpointErrorKind Kind)[] Refused =
    [
        (Opcode.EXT1, "82 00 2E", CheckpointErrorKind.InvalidPickle),
        (Opcode.EXT4, "84 FFFFFFFF 2E", CheckpointErrorKind.InvalidPickle),
    ];

    public static TheoryData<string, string> Streams
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach ((_, string stream, string value) in Vectors)
            {
                data.Add(stream, value);
            }
            return data;
        }
    }

    public static TheoryData<string, CheckpointErrorKind> RefusedStreams
    {
        get
        {
            var data = new TheoryData<string, CheckpointErrorKind>();
            foreach ((_, string stream, CheckpointErrorKind kind) in Refused)
            {
                data.Add(stream, kind);
            }
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Streams))]
    public void An_opcode_does_what_pickletools_says(string stream, string value) =>
        Assert.Equal(value, Pickles.Show(Pickles.Read(stream)));

    [Theory]
    [MemberData(nameof(RefusedStreams))]
    public void What_is_not_in_the_file_is_refused(string stream, CheckpointErrorKind kind) =>
        Assert.Equal(kind, Pickles.Refuse(stream).Kind);

    [Fact]
    public void Every_opcode_has_a_vector_that_holds_it()
    {
        IEnumerable<(Opcode Opcode, string Stream)> all =
        [
            .. Vectors.Select(vector => (vector.Opcode, vector.Stream)),
            .. Refused.Select(vector => (vector.Opcode, vector.Stream)),
        ];

        Assert.All(all, vector => Assert.Contains((byte)vector.Opcode, Pickles.Hex(vector.Stream)));
        Assert.Empty(Enum.GetValues<Opcode>().Except(all.Select(vector => vector.Opcode)));
    }

    [Fact]
    public void Every_byte_that_is_no_opcode_is_refused()
    {
        for (int code = 0; code <= byte.MaxValue; code++)
        {
            if (!Enum.IsDefined((Opcode)code))
            {
                CheckpointException error = Pickles.Refuse($"4E {code:X2} 2E");
                Assert.Equal((CheckpointErrorKind.InvalidPickle, 1L), (error.Kind, error.Offset!.Value));
            }
        }
    }
}
