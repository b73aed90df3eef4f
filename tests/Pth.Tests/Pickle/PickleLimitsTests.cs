using Pth.Pickle;

namespace Pth.Tests.Pickle;

public class PickleLimitsTests
{
    [Fact]
    public void Lists_may_nest_to_the_limit_and_no_deeper()
    {
        ReadLimits limits = new() { MaxDepth = 10 };
        static string Nest(int depth) =>
            $"{string.Concat(Enumerable.Repeat("5D ", depth))}{string.Concat(Enumerable.Repeat("61 ", depth - 1))}2E";

        Pickles.Read(Nest(10), limits);
        CheckpointException error = Pickles.Refuse(Nest(11), limits);

        Assert.Equal(CheckpointErrorKind.LimitExceeded, error.Kind);
        Assert.Contains("MaxDepth", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Tuples_may_nest_to_the_limit_and_no_deeper()
    {
        ReadLimits limits = new() { MaxDepth = 10 };
        static string Nest(int depth) => $"4E {string.Concat(Enumerable.Repeat("85 ", depth))}2E";

        Pickles.Read(Nest(10), limits);

        Assert.Equal(CheckpointErrorKind.LimitExceeded, Pickles.Refuse(Nest(11), limits).Kind);
        // Without a mark a million levels are a million bytes; they are refused, and no stack overflows.
        Assert.Equal(CheckpointErrorKind.LimitExceeded, Pickles.Refuse(Nest(1_000_000)).Kind);
    }

    [Fact]
    public void Marks_may_nest_to_the_limit_and_no_deeper()
    {
        ReadLimits limits = new() { MaxDepth = 10 };

        Pickles.Read(
            $"4E {string.Concat(Enumerable.Repeat("28 ", 10))}{string.Concat(Enumerable.Repeat("31 ", 10))}2E",
            limits
        );
        CheckpointException error = Pickles.Refuse($"4E {string.Concat(Enumerable.Repeat("28 ", 11))}2E", limits);

        Assert.Equal((CheckpointErrorKind.LimitExceeded, 11L), (error.Kind, error.Offset!.Value));
    }

    [Fact]
    public void A_list_that_is_filled_after_it_was_put_into_another_counts()
    {
        // Ten lists, each remembered; then each is put into the one before, the outermost first.
        string make = string.Concat(Enumerable.Range(0, 10).Select(i => $"5D 71 {i:X2} 30 "));
        string fill = string.Concat(Enumerable.Range(0, 9).Select(i => $"68 {i:X2} 68 {i + 1:X2} 61 30 "));

        Pickles.Read($"{make}{fill}68 00 2E", new ReadLimits { MaxDepth = 10 });

        Assert.Equal(
            CheckpointErrorKind.LimitExceeded,
            Pickles.Refuse($"{make}{fill}68 00 2E", new ReadLimits { MaxDepth = 9 }).Kind
        );
    }

    [Fact]
    public void The_longest_path_counts_also_where_a_shorter_one_was_walked_first()
    {
        // A shared chain of 5 lists, met at depth 1 and then again at depth 4.
        const string chain = "5D 5D 5D 5D 5D 61 61 61 61 71 00";
        const string stream = $"28 {chain} 68 00 85 85 85 74 2E";

        Pickles.Read(stream, new ReadLimits { MaxDepth = 9 });

        Assert.Equal(CheckpointErrorKind.LimitExceeded, Pickles.Refuse(stream, new ReadLimits { MaxDepth = 8 }).Kind);
    }

    [Fact]
    public void A_loop_is_walked_once()
    {
        // Two lists that hold each other, and themselves.
        Pickles.Read("5D 71 00 28 5D 71 01 28 68 00 68 01 65 68 00 65 2E", new ReadLimits { MaxDepth = 2 });
    }

    [Fact]
    public void A_graph_that_doubles_at_each_step_is_walked_in_linear_time()
    {
        // 2^60 paths.
        string twice = string.Concat(
            Enumerable.Range(0, 60).Select(i => $"5D 71 {i + 1:X2} 28 68 {i:X2} 68 {i:X2} 65 ")
        );

        PyValue value = Pickles.Read($"5D 71 00 {twice}2E");

        Assert.Same(value[0], value[1]);
    }

    [Fact]
    public void Depth_is_found_in_every_part_of_an_object()
    {
        const string deep = "5D 5D 5D 5D 61 61 61";
        string[] streams =
        [
            $"`cm;C;` {deep} 85 52 2E",
            $"`cm;C;` 29 52 {deep} 62 2E",
            $"`cm;C;` 29 52 {deep} 61 2E",
            $"`cm;C;` 29 52 4E {deep} 73 2E",
            $"`cm;C;` 29 7D 4E {deep} 73 92 2E",
            $"`ccollections;OrderedDict;` 29 52 {deep} 62 2E",
            $"`ccollections;OrderedDict;` 29 52 4E {deep} 73 2E",
            $"{deep} 51 2E",
        ];

        foreach (string stream in streams)
        {
            Pickles.Read(stream, new ReadLimits { MaxDepth = 8 });
            Assert.Equal(
                CheckpointErrorKind.LimitExceeded,
                Pickles.Refuse(stream, new ReadLimits { MaxDepth = 4 }).Kind
            );
        }
    }

    [Fact]
    public void As_many_values_may_be_remembered_as_the_limit_says()
    {
        ReadLimits limits = new() { MaxMemoEntries = 100 };
        static string Put(int count) => $"4E {string.Concat(Enumerable.Range(0, count).Select(i => $"71 {i:X2} "))}";

        // An index that is used again is not one more.
        Pickles.Read($"{Put(100)}71 00 2E", limits);
        CheckpointException error = Pickles.Refuse($"{Put(101)}2E", limits);

        Assert.Equal(CheckpointErrorKind.LimitExceeded, error.Kind);
        Assert.Contains("MaxMemoEntries", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void As_many_values_may_be_on_the_stack_as_the_limit_says()
    {
        ReadLimits limits = new() { MaxMemoEntries = 100 };

        Pickles.Read($"28 {string.Concat(Enumerable.Repeat("4E ", 100))}6C 2E", limits);
        Assert.Equal(
            CheckpointErrorKind.LimitExceeded,
            Pickles.Refuse($"28 {string.Concat(Enumerable.Repeat("4E ", 101))}6C 2E", limits).Kind
        );
    }

    [Theory]
    [InlineData("`c{0};n;.`")]
    [InlineData("`cm;{0};.`")]
    [InlineData("28 `i{0};n;.`")]
    public void Names_may_be_as_long_as_the_limit_says(string stream)
    {
        ReadLimits limits = new() { MaxNameLength = 20 };

        Pickles.Read(stream.Replace("{0}", new string('x', 20), StringComparison.Ordinal), limits);
        CheckpointException error = Pickles.Refuse(
            stream.Replace("{0}", new string('x', 21), StringComparison.Ordinal),
            limits
        );

        Assert.Equal(CheckpointErrorKind.LimitExceeded, error.Kind);
        Assert.Contains("MaxNameLength", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_from_the_stack_has_the_same_limit()
    {
        ReadLimits limits = new() { MaxNameLength = 20 };

        Pickles.Read($"8C 01 6D 8C 14 `{new string('x', 20)}` 93 2E", limits);
        Assert.Equal(
            CheckpointErrorKind.LimitExceeded,
            Pickles.Refuse($"8C 01 6D 8C 15 `{new string('x', 21)}` 93 2E", limits).Kind
        );
    }

    [Fact]
    public void A_pickle_may_be_as_long_as_the_limit_says()
    {
        string stream = $"8C 10 `{new string('x', 16)}` 2E 4E 4E";

        Pickles.Read(stream, new ReadLimits { MaxPickleLength = 19 });
        CheckpointException error = Pickles.Refuse(stream, new ReadLimits { MaxPickleLength = 18 });

        Assert.Equal(CheckpointErrorKind.LimitExceeded, error.Kind);
        Assert.Contains("MaxPickleLength", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_number_in_text_may_have_as_many_digits_as_in_Python()
    {
        Pickles.Read($"`L{new string('9', 4300)};.`");
        Assert.Equal(CheckpointErrorKind.LimitExceeded, Pickles.Refuse($"`L{new string('9', 4301)};.`").Kind);
    }

    [Fact]
    public void A_binary_number_may_have_half_a_million_bits()
    {
        PyValue value = Pickles.Read($"8B 00000100 {new string('7', 2 * 65_536)} 2E");

        Assert.Equal("int of 524287 bits", value.Describe());
        Assert.Equal(
            CheckpointErrorKind.LimitExceeded,
            Pickles.Refuse($"8B 01000100 {new string('7', 2 * 65_537)} 2E").Kind
        );
    }

    [Theory]
    [InlineData("58 FFFFFFFF 61")]
    [InlineData("8D FFFFFFFFFFFFFFFF 61")]
    [InlineData("8D FFFFFFFFFFFFFF7F 61")]
    [InlineData("42 FFFFFF7F 61")]
    [InlineData("8E FFFFFFFF00000000 61")]
    [InlineData("96 FFFFFFFFFFFFFF7F 61")]
    [InlineData("54 FFFFFF7F 61")]
    [InlineData("8B FFFFFF7F 61")]
    [InlineData("95 FFFFFFFFFFFFFF7F 4E 2E")]
    public void A_declared_length_is_not_believed(string stream)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();

        CheckpointException error = Pickles.Refuse(stream);

        Assert.Equal(CheckpointErrorKind.Truncated, error.Kind);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1 << 20);
    }

    [Fact]
    public void A_far_index_costs_as_little_as_a_near_one()
    {
        long before = GC.GetAllocatedBytesForCurrentThread();

        PyValue value = Pickles.Read(
            "5D 72 FFFFFFFF `p9223372036854775807;` 30 6A FFFFFFFF `g9223372036854775807;` 86 2E"
        );

        Assert.Same(value[0], value[1]);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1 << 20);
    }

    [Fact]
    public void An_index_that_was_far_is_found_when_the_memo_has_grown_to_it()
    {
        var memo = new PickleMemo(maxEntries: 10_000);
        Assert.True(memo.TryPut(3_000, PyBool.True));
        for (int i = 0; i < 3_000; i++)
        {
            Assert.True(memo.TryPut(i, PyBool.False));
        }

        Assert.True(memo.TryGet(3_000, out PyValue? value));
        Assert.Same(PyBool.True, value);
        Assert.Equal(3_001, memo.Count);
        Assert.False(memo.TryGet(3_001, out _));
    }

    [Fact]
    public void A_key_with_too_many_tuples_in_it_is_refused()
    {
        // t = (t, t), again and again: nine steps hold 1,023 values.
        string twice = string.Concat(Enumerable.Repeat("32 86 ", 9));

        Assert.Equal(CheckpointErrorKind.InvalidPickle, Pickles.Refuse($"7D 4E {twice}4E 73 2E").Kind);
    }

    [Fact]
    public void Numbers_that_share_a_bucket_elsewhere_do_not_slow_a_dictionary_down()
    {
        // NaNs are all different keys, and a table that hashes them alike needs the square of their number.
        const int count = 200_000;
        byte[] pickle = new byte[(count * 10) + 4];
        pickle[0] = (byte)Opcode.EMPTY_DICT;
        pickle[1] = (byte)Opcode.MARK;
        for (int i = 0; i < count; i++)
        {
            Pickles.Hex("47 7FF8000000000000 4E").CopyTo(pickle, 2 + (i * 10));
        }
        pickle[^2] = (byte)Opcode.SETITEMS;
        pickle[^1] = (byte)Opcode.STOP;
        var time = System.Diagnostics.Stopwatch.StartNew();

        Assert.Equal(count, Pickles.Read(pickle).As<PyDict>().Count);
        Assert.True(time.Elapsed < TimeSpan.FromSeconds(20));
    }
}
