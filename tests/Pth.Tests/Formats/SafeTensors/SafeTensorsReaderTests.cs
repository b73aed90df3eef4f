namespace Pth.Tests.Formats.SafeTensors;

public class SafeTensorsReaderTests
{
    private const string Entry = """{"dtype":"F32","shape":[1],"data_offsets":[0,4]}""";
    private const string Twice = $$"""{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"\u0061":{{Entry}}}""";

    /// <summary>What safetensors 0.8.0 says to each, asked of it by hand; LiveSafeTensorsTests asks again.</summary>
    public static TheoryData<string, int, bool> Headers =>
        new()
        {
            { $$"""{"__metadata__":null,"a":{{Entry}}}""", 4, true },
            { $$"""{"__metadata__":null,"__metadata__":null,"a":{{Entry}}}""", 4, false },
            { $$"""{"\u005f_metadata__":{"a":"b"},"a":{{Entry}}}""", 4, true },
            { $$"""{"__metadata__":{"a":null},"a":{{Entry}}}""", 4, false },
            { $$"""{"__metadata__":{"a":1},"a":{{Entry}}}""", 4, false },
            { $$"""{"\ud83d\ude00":{{Entry}}}""", 4, true },
            { $$"""{"\u0000":{{Entry}}}""", 4, true },
            { $$"""{"{{'\u0001'}}":{{Entry}}}""", 4, false },
            { $$"""{"{{'\u007f'}}":{{Entry}}}""", 4, true },
            { $$"""{{'\ufeff'}}{"a":{{Entry}}}""", 4, false },
            { $$"""{{'\u000b'}}{"a":{{Entry}}}""", 4, false },
            { $$"""{"a":{{Entry}},}""", 4, false },
            { $$"""{"a":{{Entry}}/**/}""", 4, false },
            { """{"a":{"dtype":"F32","shape":[1],"data_offsets":[-0,4]}}""", 4, false },
            { """{"a":{"dtype":"F32","shape":[1.0],"data_offsets":[0,4]}}""", 4, false },
            { """{"a":{"dtype":"F32","shape":[1e0],"data_offsets":[0,4]}}""", 4, false },
            { """{"a":{"dtype":"F32","shape":[01],"data_offsets":[0,4]}}""", 4, false },
            { """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":1e999}}""", 4, false },
            { """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":1e-999}}""", 4, true },
            { """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":["\ud800"]}}""", 4, false },
            { """{"a":{"dtype":"F32","x":1,"x":{"y":[{}]},"shape":[1],"data_offsets":[0,4]}}""", 4, true },
            { """{"a":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, false },
            { """{"a":{"dtype":"F32","data_offsets":[0,4]}}""", 4, false },
            { """{"a":null}""", 0, false },
            { "[]", 0, false },
            { "1", 0, false },
            { " ", 0, false },
            { "", 0, false },
            { """{"a":{"dtype":"F4","shape":[2,3],"data_offsets":[0,3]}}""", 3, true },
            { """{"a":{"dtype":"F4","shape":[],"data_offsets":[0,1]}}""", 1, false },
            { """{"a":{"dtype":"F4","shape":[0,3],"data_offsets":[0,0]}}""", 0, true },
            { """{"a":{"dtype":"F4","shape":[3],"data_offsets":[0,1]}}""", 1, false },
            { """{"a":{"dtype":"F6_E3M2","shape":[2,2],"data_offsets":[0,3]}}""", 3, true },
            { """{"a":{"dtype":"U8","shape":[0],"data_offsets":[4,0]}}""", 4, false },
            {
                """{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"z":{"dtype":"U8","shape":[0],"data_offsets":[9,9]}}""",
                4,
                false
            },
            {
                """{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"z":{"dtype":"U8","shape":[0],"data_offsets":[2,2]}}""",
                4,
                false
            },
            { """{"a":{"dtype":"U8","shape":[4611686018427387904,2,0],"data_offsets":[0,0]}}""", 0, true },
            { """{"a":{"dtype":"U8","shape":[4611686018427387904,4,0],"data_offsets":[0,0]}}""", 0, false },
            { """{"a":{"dtype":"F64","shape":[18446744073709551615,0],"data_offsets":[0,0]}}""", 0, true },
            { """{"a":{"dtype":"F64","shape":[18446744073709551616,0],"data_offsets":[0,0]}}""", 0, false },
        };

    [Theory]
    [MemberData(nameof(Headers))]
    public void A_header_is_read_or_refused_as_the_reference_does(string header, int dataLength, bool isRead)
    {
        byte[] file = SafeTensorsFile.Make(header, dataLength);
        if (isRead)
        {
            using Checkpoint checkpoint = Checkpoint.Open(file);
            Assert.Single(checkpoint.Tensors);
        }
        else
        {
            Assert.Throws<CheckpointException>(() => Checkpoint.Open(file));
        }
    }

    [Theory]
    [InlineData(125, true)]
    [InlineData(126, false)]
    public void Values_may_nest_as_deep_as_in_the_reference(int arrays, bool isRead)
    {
        string deep = new string('[', arrays) + new string(']', arrays);
        byte[] file = SafeTensorsFile.Make(
            $$$"""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":{{{deep}}}}}"""
        );

        Exception? error = Record.Exception(() => Checkpoint.Open(file).Dispose());

        Assert.Equal(isRead, error is null);
    }

    [Fact]
    public void A_name_that_comes_twice_is_refused_and_lenient_readers_take_the_last()
    {
        byte[] file = SafeTensorsFile.Make(Twice);

        CheckpointException error = Assert.Throws<CheckpointException>(() => Checkpoint.Open(file));
        using Checkpoint lenient = Checkpoint.Open(file, new ReadOptions { Lenient = true });

        Assert.Equal(CheckpointErrorKind.DuplicateRecord, error.Kind);
        Assert.Equal("a", error.Entry);
        Assert.Equal(DType.Float32, Assert.Single(lenient.Tensors).Tensor.DType);
    }

    [Fact]
    public void A_metadata_key_that_comes_twice_is_refused_and_lenient_readers_take_the_last()
    {
        byte[] file = SafeTensorsFile.Make("""{"__metadata__":{"k":"1","k":"2"}}""", 0);

        Assert.Throws<CheckpointException>(() => Checkpoint.Open(file));
        using Checkpoint lenient = Checkpoint.Open(file, new ReadOptions { Lenient = true });

        Assert.Equal("2", lenient.Container.Metadata["k"]);
    }

    [Fact]
    public void Limits_hold_at_their_value_and_not_one_past_it()
    {
        byte[] file = SafeTensorsFile.Make(
            $$$"""{"abc":{{{Entry}}},"d":{"dtype":"F32","shape":[0],"data_offsets":[4,4]}}"""
        );

        Checkpoint.Open(file, With(new ReadLimits { MaxNameLength = 3, MaxRecords = 2 })).Dispose();
        Assert.Equal(CheckpointErrorKind.LimitExceeded, KindOf(file, new ReadLimits { MaxNameLength = 2 }));
        Assert.Equal(CheckpointErrorKind.LimitExceeded, KindOf(file, new ReadLimits { MaxRecords = 1 }));
    }

    [Theory]
    [InlineData(100_000_000, true)]
    [InlineData(100_000_001, false)]
    public void A_header_may_be_as_long_as_in_the_reference(int length, bool isRead)
    {
        string header = $$"""{"a":{{Entry}}}""".PadRight(length);
        byte[] file = SafeTensorsFile.Make(header);

        Exception? error = Record.Exception(() => Checkpoint.Open(file).Dispose());

        Assert.Equal(isRead, error is null);
    }

    [Fact]
    public void What_PyTorch_has_no_type_for_is_listed_by_its_bytes_with_a_note()
    {
        byte[] file = SafeTensorsFile.Make("""{"a":{"dtype":"F6_E2M3","shape":[2,4],"data_offsets":[0,6]}}""", 6);

        using Checkpoint checkpoint = Checkpoint.Open(file);

        TensorView tensor = Assert.Single(checkpoint.Tensors).Tensor;
        Assert.Equal((DType.Bits8, 6), (tensor.DType, tensor.ByteCount));
        Assert.Contains("'a' is F6_E2M3 [2, 4]", Assert.Single(checkpoint.Container.Notes), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("U8", "9223372036854775808,0")]
    [InlineData("F32", "0,9223372036854775808,4")]
    public void Sizes_that_PyTorch_cannot_hold_are_listed_as_nothing_with_a_note(string type, string shape)
    {
        byte[] file = SafeTensorsFile.Make(
            $$$"""{"a":{"dtype":"{{{type}}}","shape":[{{{shape}}}],"data_offsets":[0,0]}}""",
            0
        );

        using Checkpoint checkpoint = Checkpoint.Open(file);

        Assert.Equal([0], Assert.Single(checkpoint.Tensors).Tensor.Shape);
        Assert.Single(checkpoint.Container.Notes);
    }

    [Fact]
    public void A_tensor_is_a_slice_of_the_file_with_its_place_and_name()
    {
        byte[] file = SafeTensorsFile.Make(
            """{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"I16","shape":[1],"data_offsets":[1,3]}}""",
            3
        );
        file[^3] = 7;
        file[^2] = 1;

        using Checkpoint checkpoint = Checkpoint.Open(file);

        TensorView b = checkpoint.StateDict["b"];
        Assert.Equal(("b", (long?)file.Length - 2), (b.Storage.Key, b.Storage.FileOffset));
        Assert.Equal([1], b.ToArray<short>());
    }

    [Fact]
    public void Loading_copies_the_file_and_closes_it()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Write("a.safetensors", SafeTensorsFile.Make($$"""{"a":{{Entry}}}"""));
        using Checkpoint checkpoint = Checkpoint.Load(path);

        File.Delete(path);

        Assert.Equal([0f], checkpoint.StateDict["a"].ToArray<float>());
    }

    [Fact]
    public void Cut_at_any_byte_it_is_refused()
    {
        byte[] whole = Sample();
        for (int length = 0; length < whole.Length; length++)
        {
            int kept = length;
            Assert.Throws<CheckpointException>(() => Checkpoint.Open(whole.AsMemory(0, kept)));
        }
    }

    [Fact]
    public void Any_byte_changed_it_is_read_or_refused_and_nothing_else()
    {
        byte[] whole = Sample();
        foreach (byte change in (ReadOnlySpan<byte>)[0x01, 0x04, 0x20, 0x80, 0xFF])
        {
            for (int i = 0; i < whole.Length; i++)
            {
                whole[i] ^= change;
                long before = GC.GetAllocatedBytesForCurrentThread();
                Exception? error = Record.Exception(() =>
                {
                    using Checkpoint checkpoint = Checkpoint.Open(whole);
                    foreach (NamedTensor named in checkpoint.Tensors)
                    {
                        named.Tensor.Sha256();
                    }
                });
                Assert.True(error is null or CheckpointException, $"byte 0x{i:X} xor 0x{change:X2}: {error}");
                Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1 << 20, $"byte 0x{i:X}");
                whole[i] ^= change;
            }
        }
    }

    private static byte[] Sample() =>
        Saved.Bytes(
            SafeTensorsFile.Dictionary(
                ("weight", TensorView.FromArray<float>([1, 2, 3, 4, 5, 6], [2, 3])),
                ("bias", TensorView.FromArray<Half>([(Half)1, (Half)2], [2])),
                ("count", TensorView.Scalar(7L)),
                ("packed", TensorView.FromBytes(DType.Float4E2M1FnX2, new byte[] { 1, 2 }, [2]))
            ),
            SafeTensorsFile.Options
        );

    private static ReadOptions With(ReadLimits limits) => new() { Limits = limits };

    private static CheckpointErrorKind KindOf(byte[] file, ReadLimits limits) =>
        Assert.Throws<CheckpointException>(() => Checkpoint.Open(file, With(limits))).Kind;
}
