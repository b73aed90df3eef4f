using System.Numerics;
using CsCheck;
using Pth.Pickle;

namespace Pth.Tests.Pickle;

/// <summary>Values made in .NET. The bytes are those of <c>pickle.dumps(value, 2)</c>, by CPython 3.11 to 3.14.</summary>
public class PickleWriterTests
{
    [Fact]
    public void Names_made_twice_are_one_object_strings_made_twice_are_two()
    {
        var list = new PyList { new PyGlobal("torch", "float32"), new PyGlobal("torch", "float32"), "a", "a" };

        Expect("5D 71 00 28 `ctorch;float32;` 71 01 68 01 58 01000000 61 71 02 58 01000000 61 71 03 65", list);
    }

    [Fact]
    public void Sets_and_bytes_are_calls()
    {
        Expect("`c__builtin__;set;` 71 00 5D 71 01 85 71 02 52 71 03", new PySet());
        Expect(
            "`c__builtin__;frozenset;` 71 00 5D 71 01 4B 05 61 85 71 02 52 71 03",
            new PySet { IsFrozen = true }.With(5)
        );
        Expect(
            "`c_codecs;encode;` 71 00 58 03000000 61C3BF 71 01 58 06000000 `latin1` 71 02 86 71 03 52 71 04",
            new PyBytes(new byte[] { 0x61, 0xFF })
        );
        Expect("`c__builtin__;bytes;` 71 00 29 52 71 01", new PyBytes(default));
        Expect("`c__builtin__;bytearray;` 71 00 29 52 71 01", new PyBytes(default, isMutable: true));
    }

    [Fact]
    public void Short_bytes_and_their_characters_are_one_object_each()
    {
        // [b'a', b'a', bytearray(b'a'), b'', b'']
        var list = new PyList
        {
            new PyBytes("a"u8.ToArray()),
            new PyBytes("a"u8.ToArray()),
            new PyBytes("a"u8.ToArray(), isMutable: true),
            new PyBytes(default),
            new PyBytes(default),
        };

        Expect(
            "5D 71 00 28 `c_codecs;encode;` 71 01 58 01000000 61 71 02 58 06000000 `latin1` 71 03 86 71 04 52 71 05 68 05 "
                + "`c__builtin__;bytearray;` 71 06 68 05 85 71 07 52 71 08 `c__builtin__;bytes;` 71 09 29 52 71 0A 68 0A 65",
            list
        );
    }

    [Fact]
    public void Long_bytes_are_written_whole()
    {
        var value = new byte[200_000];
        new Random(1).NextBytes(value);

        var read = Pickles.Read(Pickles.Write(new PyBytes(value))).As<PyBytes>();

        Assert.True(read.Value.Span.SequenceEqual(value));
    }

    [Theory]
    [InlineData("0", "4B 00")]
    [InlineData("255", "4B FF")]
    [InlineData("256", "4D 0001")]
    [InlineData("65535", "4D FFFF")]
    [InlineData("65536", "4A 00000100")]
    [InlineData("-1", "4A FFFFFFFF")]
    [InlineData("2147483647", "4A FFFFFF7F")]
    [InlineData("2147483648", "8A 05 0000008000")]
    [InlineData("-2147483648", "4A 00000080")]
    [InlineData("-2147483649", "8A 05 FFFFFF7FFF")]
    [InlineData("9223372036854775808", "8A 09 000000000000008000")]
    [InlineData("-9223372036854775808", "8A 08 0000000000000080")]
    public void Integers_take_the_shortest_form(string value, string expected) =>
        Expect(expected, new PyInt(BigInteger.Parse(value)));

    [Fact]
    public void Integers_of_more_than_255_bytes_have_a_long_count()
    {
        Expect($"8A FF {new string('0', 508)}40", new PyInt(BigInteger.One << 2_038));
        Expect($"8B 00010000 {new string('0', 508)}8000", new PyInt(BigInteger.One << 2_039));
    }

    [Fact]
    public void A_set_that_was_read_and_changed_is_written_as_it_is_now()
    {
        PySet set = Pickles.Read("`c__builtin__;set;` 5D 4B01 61 85 52 2E").As<PySet>();
        set.Add(2);

        Expect("`c__builtin__;set;` 71 00 5D 71 01 28 4B01 4B02 65 85 71 02 52 71 03", set);
    }

    [Fact]
    public void A_list_that_was_changed_after_a_set_was_made_of_it_does_not_change_the_set()
    {
        PyValue both = Pickles.Read("5D 71 00 4B01 61 `c__builtin__;set;` 68 00 85 52 68 00 4B02 61 86 2E");

        Assert.Equal("(set(1), [1, 2])", Pickles.Show(Pickles.Read(Pickles.Write(both))));
    }

    [Fact]
    public void Names_of_Python_2_are_mapped_back() =>
        Expect(
            "`c__builtin__;set;` 71 00 `ccopy_reg;_reconstructor;` 71 01 `c__builtin__;xrange;` 71 02 87 71 03",
            new PyTuple(
                new PyGlobal("builtins", "set"),
                new PyGlobal("copyreg", "_reconstructor"),
                new PyGlobal("builtins", "range")
            )
        );

    [Theory]
    [InlineData("`c__builtin__;basestring;`")]
    [InlineData("`cbuiltins;set;`")]
    [InlineData("`cUserDict;UserDict;`")]
    [InlineData("`cexceptions;StandardError;`")]
    [InlineData("`cmodule;dotted.name;`")]
    public void A_name_whose_mapping_does_not_come_back_is_written_as_it_was_read(string global) =>
        Expect($"{global} 71 00", Pickles.Read($"80 02 {global} 71 00 2E"));

    [Fact]
    public void A_class_in_a_class_is_asked_for_as_Python_3_13_does() =>
        Expect(
            "5D 71 00 28 `c__builtin__;getattr;` 71 01 68 01 `cfixture;Plain;` 58 05000000 `Inner` 71 02 86 52 "
                + "58 04000000 `Deep` 71 03 86 52 71 04 68 04 65",
            new PyList { new PyGlobal("fixture", "Plain.Inner.Deep"), new PyGlobal("fixture", "Plain.Inner.Deep") }
        );

    [Theory]
    [InlineData(
        "5D 71 00 28 `c__builtin__;getattr;` 71 01 68 01 `cfixture;Plain;` 58 05000000 `Inner` 71 02 86 52 58 04000000 `Deep` 71 03 86 52 71 04 "
            + "68 04 68 01 `cfixture;Plain;` 58 05000000 `Inner` 71 05 86 52 71 06 `cfixture;Plain;` 71 07 65"
    )]
    [InlineData(
        "5D 71 00 28 `c__builtin__;getattr;` 71 01 68 01 `cfixture;Plain;` 71 02 58 05000000 `Inner` 71 03 86 71 04 52 71 05 "
            + "58 04000000 `Deep` 71 06 86 71 07 52 71 08 68 08 68 05 68 02 65"
    )]
    public void Classes_in_classes_are_written_as_they_were_read(string pickle)
    {
        // As 3.13 and 3.11 write [Plain.Inner.Deep, Plain.Inner.Deep, Plain.Inner, Plain].
        Expect(pickle, Pickles.Read($"80 02 {pickle} 2E"));
    }

    [Theory]
    [InlineData("`cm;C;` 71 00 29 52 71 01 7D 71 02 62 4B 05 62 7D 71 03 62")]
    [InlineData("`ccollections;OrderedDict;` 71 00 29 52 71 01 4B 01 4B 02 73 7D 71 02 62 68 02 62 4E 62")]
    public void Every_state_is_written_again_in_its_order(string pickle) =>
        Expect(pickle, Pickles.Read($"80 02 {pickle} 2E"));

    [Fact]
    public void A_new_state_takes_the_place_of_all()
    {
        PyDict dict = Pickles.Read("`ccollections;OrderedDict;` 29 52 7D 62 4B 05 62 2E").As<PyDict>();
        dict.State = 7;

        Expect("`ccollections;OrderedDict;` 71 00 29 52 71 01 4B 07 62", dict);
    }

    [Fact]
    public void Extensions_are_written_in_the_shortest_form_each_time() =>
        Expect(
            "5D 71 00 28 82 FF 83 0001 83 FFFF 84 00000100 84 FFFFFF7F 82 FF 65",
            new PyList().With([
                .. new[] { 0xFF, 0x100, 0xFFFF, 0x10000, int.MaxValue, 0xFF }.Select(code => new PyExtension(code)),
            ])
        );

    [Fact]
    public void Buffers_outside_the_pickle_are_refused_as_CPython_refuses_them_at_protocol_2() =>
        Assert.Contains(
            "buffer 0 outside the pickle",
            Assert.Throws<InvalidOperationException>(() => Pickles.Write(Pickles.Read("80 05 97 2E"))).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void Keyword_arguments_go_through_functools_partial() =>
        // As 3.13 writes an object whose __getnewargs_ex__ gives ((1,), {'key': 2}).
        Expect(
            "`cfunctools;partial;` 71 00 `c__builtin__;getattr;` 71 01 `cfixture;K;` 58 07000000 `__new__` 71 02 86 52 71 03 85 71 04 "
                + "52 71 05 28 68 03 `cfixture;K;` 71 06 4B01 86 71 07 7D 71 08 58 03000000 `key` 71 09 4B02 73 4E 74 71 0A 62 29 52 71 0B",
            new PyObject(new PyGlobal("fixture", "K"), new PyTuple(1), PyConstruction.NewObjectWithKeywords)
            {
                Keywords = new PyDict { { "key", 2 } },
            }
        );

    [Fact]
    public void References_to_the_outside_are_asked_for_and_their_ids_remembered()
    {
        var global = new PyGlobal("m", "outside");

        Assert.Equal(
            Pickles.Hex("80 02 4B07 85 71 00 51 4B07 85 71 01 51 86 71 02 2E"),
            Pickles.Write(new PyTuple(global, global), new Reducer())
        );
    }

    [Fact]
    public void Depth_costs_no_stack()
    {
        PyValue value = PyNone.Value;
        for (int i = 0; i < 500_000; i++)
        {
            value = (i % 3) switch
            {
                0 => new PyTuple(value),
                1 => new PyList { value },
                _ => new PyDict { { 1, value } },
            };
        }

        byte[] pickle = Pickles.Write(value);

        Assert.Equal(pickle, Pickles.Write(Pickles.Read(pickle, ReadLimits.Trusted with { MaxDepth = 600_000 })));
    }

    [Fact]
    public void What_holds_itself_where_Python_cannot_say_so_is_refused()
    {
        var set = new PySet { IsFrozen = true };
        set.Add(new PyTuple(set));

        Assert.Throws<InvalidOperationException>(() => Pickles.Write(set));
    }

    [Fact]
    public void What_nothing_says_how_to_write_is_refused()
    {
        Assert.Throws<InvalidOperationException>(() => Pickles.Write(TensorView.FromArray(new float[] { 1, 2 })));
        Assert.Throws<InvalidOperationException>(() => Pickles.Write(new PyDict { State = new PyDict() }));
        Assert.Throws<InvalidOperationException>(() => Pickles.Write(new PyGlobal("a\nb", "c")));
    }

    [Fact]
    public void Values_made_at_random_come_back_with_their_identities() =>
        PickleGen.Graph.Sample(
            static (PyValue value) =>
            {
                byte[] pickle = Pickles.Write(value);
                PyValue read = Pickles.Read(pickle);
                // What is written decides the bytes wholly: equal bytes are equal kinds, contents, order and identity.
                return pickle.AsSpan().SequenceEqual(Pickles.Write(read)) && Pickles.Show(value) == Pickles.Show(read);
            },
            iter: 5_000
        );

    private static void Expect(string hex, PyValue value) =>
        Assert.Equal(Convert.ToHexString(Pickles.Hex($"80 02 {hex} 2E")), Convert.ToHexString(Pickles.Write(value)));

    private sealed class Reducer : IPickleReducer
    {
        public PyValue? Reduce(PyValue value) => null;

        public PyTuple? PersistentId(PyValue value) => value is PyGlobal { Name: "outside" } ? new PyTuple(7) : null;
    }
}
