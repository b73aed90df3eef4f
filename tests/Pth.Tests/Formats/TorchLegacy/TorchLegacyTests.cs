using System.Buffers.Binary;
using Pth.Tests.Bytes;
using Pth.Tests.Fixtures;

namespace Pth.Tests.Formats.TorchLegacy;

public class TorchLegacyTests
{
    private static readonly WriteOptions Legacy = new() { Format = ContainerFormat.TorchLegacy };

    [Fact]
    public void A_big_endian_writer_is_noted_and_its_numbers_are_little_endian()
    {
        using Checkpoint plain = Open("legacy_windows.pt");
        using Checkpoint turned = Open("legacy_big_endian.pt");
        Assert.Empty(plain.Container.Notes);
        Assert.Contains("big-endian", Assert.Single(turned.Container.Notes), StringComparison.Ordinal);
        Assert.Equal(plain.StateDict["part"].ToArray<float>(), turned.StateDict["part"].ToArray<float>());
    }

    [Fact]
    public void A_part_of_a_storage_is_a_storage_of_its_own_at_its_place()
    {
        using Checkpoint checkpoint = Open("legacy_windows.pt");
        StateDict state = checkpoint.StateDict;
        Assert.Same(state["part"].Storage, state["again"].Storage);
        Assert.NotSame(state["part"].Storage, state["whole"].Storage);
        Assert.Equal(state["whole"].Storage.FileOffset + 8, state["part"].Storage.FileOffset);
        Assert.Equal(24, state["part"].Storage.ByteCount);
        Assert.Equal("7100", state["part"].Storage.Key);
    }

    [Fact]
    public void What_follows_the_last_storage_is_noted()
    {
        byte[] file = File.ReadAllBytes(Saved.Fixture("torch-2.14.1", "legacy_tensor.pt"));
        using Checkpoint checkpoint = Checkpoint.Open((byte[])[.. file, .. file]);
        Assert.Contains(
            $"{file.Length} bytes follow",
            Assert.Single(checkpoint.Container.Notes),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_part_that_leaves_its_storage_is_refused()
    {
        byte[] file = File.ReadAllBytes(Saved.Fixture("torch-2.14.1", "legacy_windows.pt"));
        // ('7200', 9, 3) of 12 elements: 3 becomes 4.
        int at = file.AsSpan().IndexOf("7200"u8) + 4;
        at += file.AsSpan(at).IndexOf((ReadOnlySpan<byte>)[(byte)'K', (byte)9, (byte)'K', (byte)3]);
        file[at + 3] = 4;
        Refused(file, CheckpointErrorKind.InvalidTensor, "found 4 elements from element 9 on");
    }

    [Fact]
    public void A_count_that_the_file_cannot_hold_is_refused_before_anything_is_allocated()
    {
        byte[] file = Made();
        // The object's count of 3 elements: as LONG1 of 8 bytes, 2^62 elements of 4 bytes overflow a long.
        int at = file.AsSpan().IndexOf("cpu"u8);
        at += file.AsSpan(at).IndexOf((ReadOnlySpan<byte>)[(byte)'K', (byte)3]);
        byte[] huge = [0x8A, 8, 0, 0, 0, 0, 0, 0, 0, 0x40];
        byte[] wild = [.. file[..at], .. huge, .. file[(at + 2)..]];
        Refused(wild, CheckpointErrorKind.Truncated, "4611686018427387904 x float32");
    }

    [Theory]
    [InlineData(2, CheckpointErrorKind.SizeMismatch, "found 2 elements")]
    [InlineData(-1, CheckpointErrorKind.SizeMismatch, "found -1 elements")]
    [InlineData(long.MaxValue, CheckpointErrorKind.SizeMismatch, "found 9223372036854775807 elements")]
    public void A_count_in_the_data_that_is_not_the_objects_is_refused(
        long count,
        CheckpointErrorKind kind,
        string problem
    )
    {
        byte[] file = Made();
        int data = file.Length - 12 - sizeof(long);
        BinaryPrimitives.WriteInt64LittleEndian(file.AsSpan(data), count);
        CheckpointException error = Refused(file, kind, problem);
        Assert.Equal(data, error.Offset);
    }

    [Fact]
    public void A_list_with_other_keys_than_the_object_names_is_refused()
    {
        byte[] file = Made();
        Span<byte> key = file.AsSpan(file.AsSpan().LastIndexOf("1000000000"u8), 10);
        "1000000009"u8.CopyTo(key);
        Refused(file, CheckpointErrorKind.MissingRecord, "a storage '1000000009' that nothing refers to");
    }

    [Fact]
    public void A_list_that_lacks_a_key_is_refused()
    {
        byte[] file = Made();
        int list = file.AsSpan().LastIndexOf((ReadOnlySpan<byte>)[0x80, 2, (byte)']']);
        byte[] without = [.. file[..list], 0x80, 2, (byte)']', (byte)'.'];
        Refused(without, CheckpointErrorKind.MissingRecord, "no storage '1000000000'");
    }

    [Fact]
    public void Another_version_of_the_stream_is_refused()
    {
        byte[] file = Made();
        int at = file.AsSpan().IndexOf((ReadOnlySpan<byte>)[(byte)'M', 0xE9, 0x03]);
        file[at + 1] = 0xEA;
        Refused(file, CheckpointErrorKind.Unsupported, "version 1002 of the stream");
    }

    [Fact]
    public void Keys_of_new_storages_stay_clear_of_those_that_were_read()
    {
        PyDict root = new() { ["old"] = Tensor(1, 2, 3) };
        using Checkpoint first = Checkpoint.Open(Saved.Bytes(root, Legacy));
        PyDict both = new() { ["new"] = Tensor(4, 5), ["old"] = first.Root.As<PyDict>()["old"] };
        using Checkpoint second = Checkpoint.Open(Saved.Bytes(both, Legacy));
        Assert.Equal(2, second.Tensors.Select(t => t.Tensor.Storage.Key).Distinct().Count());
        Assert.Equal([4f, 5f], second.StateDict["new"].ToArray<float>());
        Assert.Equal([1f, 2f, 3f], second.StateDict["old"].ToArray<float>());
    }

    [Fact]
    public void From_one_format_to_the_other_and_back_all_stays()
    {
        using Checkpoint zip = Checkpoint.Open(Saved.Fixture("torch-2.14.1", "training.pth"));
        using Checkpoint legacy = Checkpoint.Open(Saved.Bytes(zip.Root, Legacy));
        Saved.AssertSameBytes(
            File.ReadAllBytes(zip.Name),
            Saved.Bytes(legacy.Root, Saved.As(zip.Container) with { Format = ContainerFormat.TorchZip }),
            "training.pth"
        );
    }

    [Fact]
    public void Big_endian_zip_turns_on_the_way_and_a_wrong_checksum_stops_it()
    {
        string path = Saved.Fixture("torch-2.14.1", "big_endian.pt");
        using Checkpoint zip = Checkpoint.Open(path);
        using Checkpoint legacy = Checkpoint.Open(Saved.Bytes(zip.Root, Legacy));
        Assert.Equal(
            zip.Tensors.Select(t => Convert.ToHexString(t.Tensor.Sha256())),
            legacy.Tensors.Select(t => Convert.ToHexString(t.Tensor.Sha256()))
        );

        foreach (string name in (string[])[path, Saved.Fixture("torch-2.14.1", "tensor.pt")])
        {
            byte[] damaged = File.ReadAllBytes(name);
            using Checkpoint whole = Checkpoint.Open(damaged);
            damaged[whole.Tensors[0].Tensor.Storage.FileOffset!.Value] ^= 1;
            CheckpointException error = Assert.Throws<CheckpointException>(() => Saved.Bytes(whole.Root, Legacy));
            Assert.Equal(CheckpointErrorKind.ChecksumMismatch, error.Kind);
        }
    }

    [Fact]
    public void Storages_longer_than_a_chunk_are_written_by_all_cores_as_to_a_stream()
    {
        using var folder = new TemporaryFolder();
        var root = new PyDict();
        for (int i = 0; i < 5; i++)
        {
            float[] values = [.. Enumerable.Range(0, 700_000 + i).Select(v => (float)v)];
            root[$"w{i}"] = new PyTensor(TensorView.FromArray(values));
            root[$"b{i}"] = Tensor(i);
        }
        string path = Path.Combine(folder.Path, "large.pt");
        SaveSummary summary = Checkpoint.Save(path, root, Legacy);
        byte[] file = File.ReadAllBytes(path);
        Assert.Equal(summary.FileLength, file.Length);
        Resave.AssertSameBytes(file, Saved.Bytes(root, Legacy));

        using Checkpoint checkpoint = Checkpoint.Open(path);
        Assert.Equal(1234f, checkpoint.StateDict["w3"].AsTensorSpan<float>()[1234]);
        Assert.Equal(4f, checkpoint.StateDict["b4"].AsTensorSpan<float>()[0]);
        using Checkpoint loaded = Checkpoint.Load(path);
        Assert.Equal(699_999f, loaded.StateDict["w0"].AsTensorSpan<float>()[699_999]);
    }

    [Fact]
    public void Behind_a_storage_of_five_gigabytes_the_next_is_found_without_reading_it()
    {
        const int count = 0x5000_0000;
        byte[] made = Saved.Bytes(new PyDict { ["w"] = Tensor(1, 2, 3), ["z"] = Tensor(7) }, Legacy);
        int three = made.AsSpan().IndexOf("cpu"u8);
        three += made.AsSpan(three).IndexOf((ReadOnlySpan<byte>)[(byte)'K', 3]);
        int data = made.Length - (2 * sizeof(long)) - (4 * sizeof(float));
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "sparse.pt");
        using (FileStream file = File.Create(path))
        {
            file.Write([.. made[..three], (byte)'J', .. BitConverter.GetBytes(count), .. made[(three + 2)..data]]);
            file.Write(BitConverter.GetBytes((long)count));
            file.Seek((long)count * sizeof(float), SeekOrigin.Current);
            file.Write(made.AsSpan(^(sizeof(long) + sizeof(float))));
        }
        long before = GC.GetAllocatedBytesForCurrentThread();
        using Checkpoint checkpoint = Checkpoint.Open(path);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1 << 20);
        Assert.Equal(5L << 30, checkpoint.StateDict["w"].Storage.ByteCount);
        Assert.Equal([7f], checkpoint.StateDict["z"].ToArray<float>());
        Assert.True(checkpoint.StateDict["z"].Storage.FileOffset > 5L << 30);
    }

    [Fact]
    public void Compact_writes_the_elements_alone()
    {
        using Checkpoint whole = Open("legacy_windows.pt");
        using Checkpoint compact = Checkpoint.Open(Saved.Bytes(whole.Root, Legacy with { Compact = true }));
        Assert.Equal(16, compact.StateDict["part"].Storage.ByteCount);
        Assert.Equal(whole.StateDict["part"].ToArray<float>(), compact.StateDict["part"].ToArray<float>());
    }

    [Fact]
    public void The_magic_number_alone_is_a_cut_file()
    {
        byte[] file = Made();
        Refused(file[..15], CheckpointErrorKind.Truncated, "STOP");
    }

    private static byte[] Made() => Saved.Bytes(new PyDict { ["w"] = Tensor(1, 2, 3) }, Legacy);

    private static PyTensor Tensor(params float[] values) => new(TensorView.FromArray(values));

    private static Checkpoint Open(string name) => Checkpoint.Open(Saved.Fixture("torch-2.14.1", name));

    private static CheckpointException Refused(byte[] file, CheckpointErrorKind kind, string problem)
    {
        CheckpointException error = Assert.Throws<CheckpointException>(() => Checkpoint.Open(file));
        Assert.Equal(kind, error.Kind);
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
        return error;
    }
}
