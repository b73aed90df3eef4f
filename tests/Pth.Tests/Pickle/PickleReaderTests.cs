using Pth.Bytes;
using Pth.Errors;
using Pth.Pickle;

namespace Pth.Tests.Pickle;

public class PickleReaderTests
{
    [Fact]
    public void Items_are_set_in_the_order_of_the_file() =>
        Assert.Equal("{3: 0, 1: 0, 2: 0}", Pickles.Show(Pickles.Read("7D 28 4B03 4B00 4B01 4B00 4B02 4B00 75 2E")));

    [Fact]
    public void DICT_takes_the_items_above_its_mark() =>
        Assert.Equal("[{1: 2}]", Pickles.Show(Pickles.Read("5D 28 4B01 4B02 64 61 2E")));

    [Fact]
    public void A_memo_hit_is_the_same_object()
    {
        var list = Pickles.Read("5D 28 58 01000000 61 71 00 68 00 5D 71 01 68 01 65 2E").As<PyList>();

        Assert.Same(list[0], list[1]);
        Assert.Same(list[2], list[3]);
    }

    [Fact]
    public void A_list_can_hold_itself()
    {
        var list = Pickles.Read("5D 71 00 68 00 61 2E").As<PyList>();

        Assert.Same(list, Assert.Single(list));
    }

    [Fact]
    public void An_item_that_is_set_twice_keeps_its_place_and_its_first_key()
    {
        var dict = Pickles.Read("7D 28 4B01 4B0A 4B02 4B0B 88 4B0C 75 2E").As<PyDict>();

        Assert.Equal("{1: 12, 2: 11}", Pickles.Show(dict));
    }

    [Theory]
    [InlineData("4B01 88")]
    [InlineData("4B01 47 3FF0000000000000")]
    [InlineData("8A 09 000000000000000001 47 43F0000000000000")]
    [InlineData("4B00 47 8000000000000000")]
    [InlineData("58 01000000 61 55 01 61")]
    [InlineData("4B01 85 88 85")]
    public void Keys_that_are_equal_in_Python_are_one_key(string twoKeys)
    {
        byte[] keys = Pickles.Hex(twoKeys);
        // The two are on the stack: a frozen set of them.
        PySet set = Pickles.Read((byte[])[(byte)'(', .. keys, (byte)Opcode.FROZENSET, (byte)'.']).As<PySet>();

        Assert.Single(set);
    }

    [Theory]
    [InlineData("47 7FF8000000000000 47 7FF8000000000000")]
    [InlineData("58 01000000 61 43 01 61")]
    [InlineData("4B01 29")]
    [InlineData("8A 09 000000000000000001 47 7FF0000000000000")]
    public void Keys_that_differ_in_Python_are_two(string twoKeys)
    {
        PySet set = Pickles
            .Read((byte[])[(byte)'(', .. Pickles.Hex(twoKeys), (byte)Opcode.FROZENSET, (byte)'.'])
            .As<PySet>();

        Assert.Equal(2, set.Count);
    }

    [Theory]
    [InlineData("7D 5D 4E 73 2E", "list of 0")]
    [InlineData("7D 7D 4E 73 2E", "dict of 0")]
    [InlineData("7D 8F 4E 73 2E", "set of 0")]
    [InlineData("7D 96 0000000000000000 4E 73 2E", "bytearray of 0")]
    [InlineData("7D 5D 85 4E 73 2E", "tuple of 1")]
    [InlineData("28 5D 4E 64 2E", "list of 0")]
    [InlineData("8F 28 5D 90 2E", "list of 0")]
    [InlineData("28 5D 91 2E", "list of 0")]
    [InlineData("`c__builtin__;set;` 5D 5D 61 85 52 2E", "list of 0")]
    public void A_key_that_Python_cannot_hash_is_refused(string stream, string key)
    {
        CheckpointException error = Pickles.Refuse(stream);

        Assert.Equal(CheckpointErrorKind.InvalidPickle, error.Kind);
        Assert.Contains($"found {key} as a key", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("29 4E 61 2E")]
    [InlineData("7D 4E 61 2E")]
    [InlineData("5D 4E 4E 73 2E")]
    [InlineData("`cm;C;` 4E 4E 73 2E")]
    [InlineData("5D 28 4E 90 2E")]
    [InlineData("28 91 28 4E 90 2E")]
    [InlineData("5D 7D 62 2E")]
    [InlineData("7D 7D 62 2E")]
    [InlineData("`cm;C;` 7D 62 2E")]
    [InlineData("4E 29 52 2E")]
    [InlineData("`cm;C;` 5D 52 2E")]
    [InlineData("`cm;C;` 29 5D 92 2E")]
    [InlineData("58 00000000 29 81 2E")]
    public void What_is_done_to_a_value_of_the_wrong_kind_is_refused(string stream) =>
        Assert.Equal(CheckpointErrorKind.InvalidPickle, Pickles.Refuse(stream).Kind);

    [Theory]
    [InlineData("28 30 30 2E")]
    [InlineData("4B01 28 30 30 30 2E")]
    [InlineData("4B01 28 85 2E")]
    [InlineData("4B01 28 71 00 2E")]
    [InlineData("5D 4B01 28 61 2E")]
    [InlineData("4B01 28 32 2E")]
    public void Nothing_takes_what_lies_below_a_mark(string stream) =>
        Assert.Equal(CheckpointErrorKind.InvalidPickle, Pickles.Refuse(stream).Kind);

    [Fact]
    public void What_is_appended_to_or_set_on_an_object_is_collected() =>
        Assert.Equal(
            "m.C() items [1, 2, 3] entries {4: 5, 6: 7}",
            Pickles.Show(Pickles.Read("`cm;C;` 29 52 4B01 61 28 4B02 4B03 65 4B04 4B05 73 28 4B06 4B07 75 2E"))
        );

    [Theory]
    [InlineData("29", "OrderedDict{}")]
    [InlineData("5D 85", "OrderedDict{}")]
    [InlineData("5D 28 4B01 4B02 86 28 4B03 4B04 6C 65 85", "OrderedDict{1: 2, 3: 4}")]
    [InlineData("4B01 4B02 86 85 85", "OrderedDict{1: 2}")]
    [InlineData("7D 4B01 4B02 73 85", "OrderedDict{1: 2}")]
    [InlineData("58 01000000 61 85", "collections.OrderedDict('a')")]
    public void OrderedDict_is_made_of_nothing_or_of_pairs(string arguments, string expected) =>
        Assert.Equal(expected, Pickles.Show(Pickles.Read($"`ccollections;OrderedDict;` {arguments} 52 2E")));

    [Theory]
    [InlineData("5D 4B01 61 85")]
    [InlineData("5D 4B01 85 61 85")]
    [InlineData("5D 5D 4B01 86 61 85")]
    public void An_OrderedDict_of_what_are_not_pairs_is_refused(string arguments) =>
        Assert.Equal(
            CheckpointErrorKind.InvalidPickle,
            Pickles.Refuse($"`ccollections;OrderedDict;` {arguments} 52 2E").Kind
        );

    [Fact]
    public void An_OrderedDict_keeps_its_attributes() =>
        Assert.Equal(
            "OrderedDict{} state {'_metadata': 1}",
            Pickles.Show(Pickles.Read("`ccollections;OrderedDict;` 29 52 7D 8C 09 `_metadata` 4B01 73 62 2E"))
        );

    [Fact]
    public void An_attribute_that_several_states_set_is_what_the_last_one_says()
    {
        var called = Pickles.Read(
            "`cm;C;` 29 52 7D 4B01 4B02 73 62 7D 8C 01 61 4B03 73 62 7D 8C 01 61 4B04 73 62 4E 62 2E"
        );

        Assert.Equal("m.C() state {1: 2} state {'a': 3} state {'a': 4} state None", Pickles.Show(called));
        Assert.Equal("4", Pickles.Show(called.As<PyObject>().GetAttribute("a")!));
    }

    [Theory]
    [InlineData("`cm;C;` 29 52")]
    [InlineData("`ccollections;OrderedDict;` 29 52")]
    public void An_object_may_be_given_64_states(string made)
    {
        string states = string.Concat(Enumerable.Repeat("7D 62 ", 64));

        Assert.Equal(64, Pickles.Show(Pickles.Read($"{made} {states} 2E")).Split(" state ").Length - 1);
        Assert.Equal(CheckpointErrorKind.LimitExceeded, Pickles.Refuse($"{made} {states} 7D 62 2E").Kind);
    }

    [Fact]
    public void Extensions_of_one_number_are_one_key() =>
        Assert.Equal("{extension 7: 2}", Pickles.Show(Pickles.Read("7D 82 07 4B01 73 84 07000000 4B02 73 2E")));

    [Fact]
    public void Bytes_that_are_made_read_only_stay_the_object_that_they_are()
    {
        var list = Pickles.Read("5D 28 43 01 61 94 98 68 00 65 2E").As<PyList>();

        Assert.Same(list[0], list[1]);
    }

    [Theory]
    [InlineData("`c__builtin__;set;` 5D 28 4B01 4B02 65 85 52 2E", "set(1, 2)")]
    [InlineData("`c__builtin__;frozenset;` 4B01 85 85 52 2E", "frozenset(1)")]
    [InlineData("`c__builtin__;set;` 29 52 2E", "set()")]
    [InlineData("`c__builtin__;set;` 8C 01 61 85 52 2E", "builtins.set('a')")]
    [InlineData("`c_codecs;encode;` 58 02000000 C3BF 58 06000000 `latin1` 86 52 2E", "b'FF'")]
    [InlineData("`c_codecs;encode;` 8C 01 61 8C 04 `utf8` 86 52 2E", "_codecs.encode('a', 'utf8')")]
    [InlineData("`c__builtin__;bytes;` 29 52 2E", "b''")]
    [InlineData("`c__builtin__;bytearray;` 29 52 2E", "bytearray''")]
    [InlineData("`c__builtin__;bytearray;` 43 01 61 85 52 2E", "bytearray'61'")]
    [InlineData("`c__builtin__;bytearray;` 58 02000000 C3BF 8C 07 `latin-1` 86 52 2E", "bytearray'FF'")]
    [InlineData("`c__builtin__;bytes;` 5D 28 4B00 4BFF 65 85 52 2E", "b'00FF'")]
    public void Builtin_calls_become_what_they_make(string stream, string expected) =>
        Assert.Equal(expected, Pickles.Show(Pickles.Read(stream)));

    [Theory]
    [InlineData("`c__builtin__;bytearray;` 4A 00000010 85 52 2E", CheckpointErrorKind.LimitExceeded)]
    [InlineData("`c__builtin__;bytes;` 8A 05 0000000001 85 52 2E", CheckpointErrorKind.LimitExceeded)]
    [InlineData("`c__builtin__;bytes;` 5D 4D 0001 61 85 52 2E", CheckpointErrorKind.InvalidPickle)]
    [InlineData("`c_codecs;encode;` 58 02000000 C480 8C 06 `latin1` 86 52 2E", CheckpointErrorKind.InvalidPickle)]
    public void Bytes_that_are_not_in_the_file_are_not_made(string stream, CheckpointErrorKind kind) =>
        Assert.Equal(kind, Pickles.Refuse(stream).Kind);

    [Fact]
    public void Copying_one_list_into_many_sets_is_refused()
    {
        string numbers = string.Concat(Enumerable.Range(0, 200).Select(i => $"4B{i:X2}"));
        string calls = string.Concat(Enumerable.Repeat("68 01 68 00 85 52 ", 30));

        CheckpointException error = Pickles.Refuse($"28 {numbers} 6C 71 00 `c__builtin__;set;` 71 01 {calls} 2E");

        Assert.Equal(CheckpointErrorKind.LimitExceeded, error.Kind);
    }

    [Theory]
    [InlineData("EDA080", new[] { 0xD800 })]
    [InlineData("61EDBFBF62", new[] { 0x61, 0xDFFF, 0x62 })]
    [InlineData("F09F9880", new[] { 0xD83D, 0xDE00 })]
    public void Text_may_hold_lone_surrogates(string utf8, int[] units)
    {
        string text = Pickles.Read($"8C {utf8.Length / 2:X2} {utf8} 2E").As<PyString>().Value;

        Assert.Equal(units, text.Select(unit => (int)unit));
        Assert.Equal($"800258{utf8.Length / 2:X2}000000{utf8}71002E", Convert.ToHexString(Pickles.Write(text)));
    }

    [Theory]
    [InlineData("EDA080EDB080")]
    [InlineData("FF")]
    [InlineData("C080")]
    [InlineData("F4908080")]
    public void Text_that_has_no_form_in_UTF16_is_refused(string utf8) =>
        Assert.Equal(CheckpointErrorKind.InvalidPickle, Pickles.Refuse($"8C {utf8.Length / 2:X2} {utf8} 2E").Kind);

    [Fact]
    public void Long_text_is_decoded_as_short_text_is()
    {
        string text = string.Concat(Enumerable.Repeat("a\u00e9\u4e2d\U0001F600\uD800-", 200));
        byte[] pickle = Pickles.Write(new PyString(text));

        Assert.Equal(text, Pickles.Read(pickle).As<PyString>().Value);
    }

    [Theory]
    [InlineData("`Inope;.`")]
    [InlineData("`I;.`")]
    [InlineData("`I 1;.`")]
    [InlineData("`I0x10;.`")]
    [InlineData("`L1.0L;.`")]
    [InlineData("`LL;.`")]
    [InlineData("`F;.`")]
    [InlineData("`F--1;.`")]
    [InlineData("`F1_0;.`")]
    [InlineData("`F 1;.`")]
    [InlineData("`Fe5;.`")]
    [InlineData("`S'a;.`")]
    [InlineData("`S';.`")]
    [InlineData("`S'\\x4';.`")]
    [InlineData("`S'\\';.`")]
    [InlineData("`V\\u12;.`")]
    [InlineData("`V\\U00110000;.`")]
    [InlineData("4E `p-1;.`")]
    [InlineData("4E `p99999999999999999999;.`")]
    public void Text_that_is_not_what_its_opcode_says_is_refused(string stream) =>
        Assert.Equal(
            CheckpointErrorKind.InvalidPickle,
            Pickles.Refuse(stream.Replace("I 1", "I\t1").Replace("F 1", "F\t1")).Kind
        );

    [Fact]
    public void Errors_say_where_the_opcode_is_what_was_found_and_what_was_expected()
    {
        CheckpointException error = Assert.Throws<CheckpointException>(() =>
            new PickleReader(
                Pickles.Hex("80 02 5D 28 4B01 68 09 65 2E"),
                new ErrorLocation("a.pth", "archive/data.pkl"),
                ReadLimits.Default
            ).Read()
        );

        Assert.Equal(6, error.Offset);
        Assert.Equal(
            "a.pth!archive/data.pkl @ 0x6: found index 9, where nothing is remembered, expected the index of an earlier PUT",
            error.Message
        );
    }

    [Fact]
    public void Pickles_in_a_row_are_read_one_by_one()
    {
        var source = new MemorySource(Pickles.Hex("FFFF 80 02 4B01 71 00 2E 80 04 4B02 2E 4B03 2E 68 00 2E"));
        var reader = new PickleReader(source, new ErrorLocation("x"), ReadLimits.Default, position: 2);

        Assert.Equal("1", Pickles.Show(reader.Read()));
        Assert.Equal((9L, 2), (reader.Position, reader.Protocol));
        Assert.Equal("2", Pickles.Show(reader.Read()));
        Assert.Equal((14L, 4), (reader.Position, reader.Protocol));
        Assert.Equal("3", Pickles.Show(reader.Read()));
        Assert.Equal((17L, 0), (reader.Position, reader.Protocol));
        // The memo of the first is gone, and the offset counts from the start of the source.
        Assert.Equal(17, Assert.Throws<CheckpointException>(reader.Read).Offset);
    }

    [Fact]
    public void A_resolver_makes_values_of_references_and_calls()
    {
        var resolver = new Resolver();

        PyValue value = Pickles.Read(
            "5D 28 4B01 51 `cm;known;` 29 52 7D 62 `cm;unknown;` 29 52 7D 62 65 2E",
            resolver: resolver
        );

        Assert.Equal("['reference 1 at 4', 'made at 15', m.unknown() state {}]", Pickles.Show(value));
        Assert.Equal(["'made at 15' given {} at 17", "m.unknown() given {} at 32"], resolver.Built);
    }

    private sealed class Resolver : IPickleResolver
    {
        public List<string> Built { get; } = [];

        public PyValue ResolvePersistentId(PyValue id, long offset) => new PyString($"reference {id} at {offset}");

        public PyValue? Construct(PyObject call, long offset) =>
            call.Global!.Name == "known" ? new PyString($"made at {offset}") : null;

        public bool Build(PyValue target, PyValue state, long offset)
        {
            Built.Add($"{Pickles.Show(target)} given {Pickles.Show(state)} at {offset}");
            return target is PyString;
        }
    }
}
