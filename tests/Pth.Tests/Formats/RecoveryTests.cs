using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using Pth.Tests.Bytes;

namespace Pth.Tests.Formats;

/// <summary>
/// Files of PyTorch and safetensors that are cut or changed anywhere. What must survive is computed from the whole file by its own means:
/// .NET's zip reader, the lengths in a legacy stream, the header of safetensors.
/// </summary>
public class RecoveryTests
{
    public static TheoryData<string> Zips =>
        [
            "torch-1.13.1/adam.pt",
            "torch-2.6.0/adam.pt",
            "torch-2.14.1/adam.pt",
            "torch-2.14.1/data_parallel.pth",
            "torch-2.14.1/dtypes.pt",
            "torch-2.14.1/sparse_csr.pt",
            "torch-2.14.1/alignment_4096.pt",
            "torch-2.14.1/big_endian.pt",
        ];

    [Theory]
    [MemberData(nameof(Zips))]
    public void Every_whole_tensor_of_a_zip_that_is_cut_comes_back(string name)
    {
        byte[] file = File.ReadAllBytes(Path.Combine(Repository.Fixtures, name));
        (long pickleEnd, Dictionary<string, long> ends) = ZipEnds(file);
        Dictionary<string, (string Hash, string[] Keys)> right = Whole(file);

        foreach (int length in CutsOf(file, ends.Values.Append(pickleEnd)))
        {
            if (length < pickleEnd)
            {
                AssertNothing(file[..length]);
                continue;
            }
            AssertSurvivors(
                file[..length],
                right,
                tensor => tensor.Keys.All(key => ends[key] <= length),
                $"{name} cut to {length}"
            );
        }
    }

    [Theory]
    [MemberData(nameof(Zips))]
    public void A_changed_byte_costs_the_tensors_it_is_in_and_no_others(string name)
    {
        byte[] file = File.ReadAllBytes(Path.Combine(Repository.Fixtures, name));
        Dictionary<string, (string Hash, string[] Keys)> right = Whole(file);
        Dictionary<string, (long Start, long End)> places = ZipPlaces(file);

        foreach ((string key, (long start, long end)) in places)
        {
            foreach (long at in new[] { start, (start + end) / 2, end - 1 }.Where(at => at >= start && at < end))
            {
                byte[] damaged = [.. file];
                damaged[at] ^= 0x40;
                AssertSurvivors(
                    damaged,
                    right,
                    tensor => !tensor.Keys.Contains(key, StringComparer.Ordinal),
                    $"{name} with byte {at} changed, in {key}"
                );
            }
        }
    }

    [Theory]
    [InlineData("torch-2.14.1/legacy_dtypes.pt")]
    [InlineData("torch-1.13.1/legacy_dtypes.pt")]
    [InlineData("torch-2.6.0/legacy_dtypes.pt")]
    public void Every_whole_tensor_of_a_legacy_stream_that_is_cut_comes_back(string name)
    {
        byte[] file = File.ReadAllBytes(Path.Combine(Repository.Fixtures, name));
        Dictionary<string, (string Hash, string[] Keys)> right = Whole(file);
        Dictionary<string, long> ends = LegacyEnds(file);
        // The list of the keys ends 8 bytes, the first count, before the first storage.
        long first = FirstDataOf(file);

        foreach (int length in CutsOf(file, ends.Values.Append(first)).Where(length => length >= first))
        {
            AssertSurvivors(
                file[..length],
                right,
                tensor => tensor.Keys.All(key => ends[key] <= length),
                $"{name} cut to {length}"
            );
        }
    }

    [Fact]
    public void Every_whole_tensor_of_safetensors_that_are_cut_comes_back()
    {
        byte[] file = SafeTensors();
        int headerLength = 8 + (int)BinaryPrimitives.ReadInt64LittleEndian(file);
        using JsonDocument header = JsonDocument.Parse(file.AsMemory(8, headerLength - 8));
        Dictionary<string, long> ends = header
            .RootElement.EnumerateObject()
            .Where(entry => entry.Name != "__metadata__")
            .ToDictionary(
                entry => entry.Name,
                entry => headerLength + entry.Value.GetProperty("data_offsets")[1].GetInt64()
            );
        Dictionary<string, (string Hash, string[] Keys)> right = Whole(file);

        for (int length = 0; length <= file.Length; length++)
        {
            if (length < headerLength)
            {
                AssertNothing(file[..length]);
                continue;
            }
            AssertSurvivors(
                file[..length],
                right,
                tensor => tensor.Keys.All(key => ends[key] <= length),
                $"cut to {length}"
            );
        }
    }

    [Theory]
    [InlineData("torch-1.13.1/adam.pt")]
    [InlineData("torch-2.6.0/adam.pt")]
    [InlineData("torch-2.14.1/adam.pt")]
    [InlineData("torch-2.14.1/alignment_4096.pt")]
    public void The_error_says_how_long_the_file_was_to_be(string name)
    {
        byte[] file = File.ReadAllBytes(Path.Combine(Repository.Fixtures, name));
        (_, Dictionary<string, long> ends) = ZipEnds(file);
        int length = (int)ends.Values.Min() + 20;

        CheckpointException error = Assert.Throws<CheckpointException>(() => Checkpoint.Open(file.AsMemory(0, length)));

        Assert.Equal(CheckpointErrorKind.Truncated, error.Kind);
        Assert.Contains($"cut at byte {length} of {file.Length}", error.Message, StringComparison.Ordinal);
        Assert.Contains("pth recover", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Zeros_at_the_end_are_a_crash_and_nothing_in_them_is_believed()
    {
        byte[] file = File.ReadAllBytes(Path.Combine(Repository.Samples, "vgg16_bn.pth"));
        (_, Dictionary<string, long> ends) = ZipEnds(file);
        Dictionary<string, (string Hash, string[] Keys)> right = Whole(file);
        const int From = 100_000;
        Array.Clear(file, From, file.Length - From);

        CheckpointException error = Assert.Throws<CheckpointException>(() => Checkpoint.Open(file));
        Assert.Matches("nothing but zeros from byte (99[0-9]{3}|100000) to its end", error.Message);

        AssertSurvivors(file, right, tensor => tensor.Keys.All(key => ends[key] + 16 <= From), "zeros");
    }

    [Fact]
    public void A_tensor_that_is_whole_in_a_storage_that_is_not_comes_back()
    {
        var storage = TensorView.FromArray(Enumerable.Range(0, 1_000).Select(i => (float)i).ToArray());
        var state = new StateDict { { "first", storage.Narrow(0, 0, 10) }, { "last", storage.Narrow(0, 990, 10) } };
        byte[] file = Saved.Bytes(state.ToPython());
        (_, Dictionary<string, long> ends) = ZipEnds(file);

        using var folder = new TemporaryFolder();
        using Recovery recovery = Checkpoint.Recover(folder.Write("a.pth", file.AsSpan(0, (int)ends["0"] - 4)));

        Assert.Equal("last", Assert.Single(recovery.Lost).Name);
        using Checkpoint saved = Saved.Reopen(recovery.Root!);
        Assert.Equal(Enumerable.Range(0, 10).Select(i => (float)i), saved.StateDict["first"].ToArray<float>());
    }

    [Fact]
    public void In_lists_and_tuples_None_stands_for_what_is_lost()
    {
        PyTensor Tensor(float value) => new(TensorView.FromArray(new[] { value }));
        var root = new PyTuple(new PyList { Tensor(1), Tensor(2) }, new PyTuple(Tensor(3), new PyInt(7)));
        byte[] file = Saved.Bytes(root);
        (_, Dictionary<string, long> ends) = ZipEnds(file);

        using var folder = new TemporaryFolder();
        using Recovery recovery = Checkpoint.Recover(folder.Write("a.pth", file.AsSpan(0, (int)ends["0"])));

        Assert.Equal(["[0][1]", "[1][0]"], recovery.Lost.Select(lost => lost.Name));
        var saved = Assert.IsType<PyTuple>(Saved.Reopen(recovery.Root!).Root);
        Assert.IsType<PyTensor>(((PyList)saved[0])[0]);
        Assert.IsType<PyNone>(((PyList)saved[0])[1]);
        Assert.IsType<PyNone>(((PyTuple)saved[1])[0]);
        Assert.Equal(7, (int)((PyInt)((PyTuple)saved[1])[1]).Value);
    }

    private static byte[] SafeTensors()
    {
        var state = new StateDict
        {
            { "a", TensorView.FromArray(new[] { 1.0, 2.0 }) },
            { "b", TensorView.FromArray(new[] { 1f, 2f, 3f }) },
            { "c", TensorView.FromArray(new byte[] { 1, 2, 3 }) },
            { "empty", TensorView.FromArray(Array.Empty<byte>()) },
        };
        return Saved.Bytes(state.ToPython(), new WriteOptions { Format = ContainerFormat.SafeTensors });
    }

    /// <summary>Every tensor with its hash and the keys of the storages that it needs, itself and its parts.</summary>
    private static Dictionary<string, (string Hash, string[] Keys)> Whole(byte[] file)
    {
        using Checkpoint checkpoint = Checkpoint.Open(file);
        return checkpoint
            .Tensors.GroupBy(named => named.Part is { } part ? named.Name[..^(part.Length + 1)] : named.Name)
            .ToDictionary(
                group => group.Key,
                group =>
                    (
                        string.Join(' ', group.Select(Damage.Describe)),
                        group
                            .Select(named => named.Tensor.Storage)
                            .Where(storage => storage.ByteCount > 0)
                            .Select(storage => storage.Key!)
                            .ToArray()
                    ),
                StringComparer.Ordinal
            );
    }

    /// <summary>Recovers, saves, reads again: exactly the tensors that are whole, with the bytes they had.</summary>
    private static void AssertSurvivors(
        byte[] damaged,
        Dictionary<string, (string Hash, string[] Keys)> right,
        Func<(string Hash, string[] Keys), bool> isWhole,
        string damage
    )
    {
        using var folder = new TemporaryFolder();
        using Recovery recovery = Checkpoint.Recover(folder.Write("a.pth", damaged));
        string[] expected = [.. right.Where(entry => isWhole(entry.Value)).Select(entry => entry.Key)];
        Assert.True(
            expected.SequenceEqual(recovery.Kept.Select(kept => kept.Name), StringComparer.Ordinal),
            $"{damage}: kept {string.Join(", ", recovery.Kept.Select(kept => kept.Name))}; expected {string.Join(", ", expected)}"
        );
        Assert.Equal(right.Count - expected.Length, recovery.Lost.Count);
        if (recovery.Root is null)
        {
            return;
        }
        var options = new WriteOptions
        {
            Format = recovery.Container.Kind == "safetensors" ? ContainerFormat.SafeTensors : ContainerFormat.TorchZip,
        };
        Dictionary<string, (string Hash, string[] Keys)> saved = Whole(Saved.Bytes(recovery.Root, options));
        foreach (string name in expected)
        {
            string found = saved.TryGetValue(name, out (string Hash, string[] Keys) tensor) ? tensor.Hash : "nothing";
            Assert.True(right[name].Hash == found, $"{damage}: {found}, expected {right[name].Hash}");
        }
    }

    private static void AssertNothing(byte[] damaged)
    {
        using var folder = new TemporaryFolder();
        string path = folder.Write("a.pth", damaged);
        Assert.Throws<CheckpointException>(() => Checkpoint.Recover(path));
    }

    /// <summary>Around every end, and some in between.</summary>
    private static IEnumerable<int> CutsOf(byte[] file, IEnumerable<long> ends) =>
        ends.SelectMany(end => new[] { end - 1, end, end + 1, end + 8, end + 20 })
            .Concat(Enumerable.Range(0, 20).Select(i => (long)file.Length * i / 20))
            .Append(file.Length - 1)
            .Append(file.Length)
            .Where(length => length >= 0 && length <= file.Length)
            .Distinct()
            .Select(length => (int)length);

    private static (long PickleEnd, Dictionary<string, long> Ends) ZipEnds(byte[] file)
    {
        Dictionary<string, (long Start, long End)> places = ZipPlaces(file, "");
        return (
            places.First(place => place.Key == "data.pkl").Value.End,
            places
                .Where(place => place.Key.StartsWith("data/", StringComparison.Ordinal))
                .ToDictionary(place => place.Key[5..], place => place.Value.End)
        );
    }

    /// <summary>Where the records below a folder lie, by the central directory and the two lengths of the local header.</summary>
    private static Dictionary<string, (long Start, long End)> ZipPlaces(byte[] file, string folder = "data/")
    {
        var places = new Dictionary<string, (long Start, long End)>(StringComparer.Ordinal);
        int end = file.AsSpan().LastIndexOf("PK\x05\x06"u8);
        int at = BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(end + 16));
        for (int i = 0; i < BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(end + 10)); i++)
        {
            ReadOnlySpan<byte> header = file.AsSpan(at);
            int nameLength = BinaryPrimitives.ReadUInt16LittleEndian(header[28..]);
            string name = Encoding.UTF8.GetString(header.Slice(46, nameLength));
            int local = BinaryPrimitives.ReadInt32LittleEndian(header[42..]);
            long start =
                local
                + 30
                + BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(local + 26))
                + BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(local + 28));
            string record = name[(name.IndexOf('/', StringComparison.Ordinal) + 1)..];
            if (record.StartsWith(folder, StringComparison.Ordinal))
            {
                places.Add(
                    record[folder.Length..],
                    (start, start + BinaryPrimitives.ReadUInt32LittleEndian(header[24..]))
                );
            }
            at +=
                46
                + nameLength
                + BinaryPrimitives.ReadUInt16LittleEndian(header[30..])
                + BinaryPrimitives.ReadUInt16LittleEndian(header[32..]);
        }
        return places;
    }

    private static long FirstDataOf(byte[] file)
    {
        using Checkpoint checkpoint = Checkpoint.Open(file);
        return checkpoint.Tensors.Min(named => named.Tensor.Storage.FileOffset!.Value) - 8;
    }

    /// <summary>A storage ends where its bytes do; each begins 8 bytes, its count, behind the one before, which the last proves.</summary>
    private static Dictionary<string, long> LegacyEnds(byte[] file)
    {
        using Checkpoint checkpoint = Checkpoint.Open(file);
        Dictionary<string, (long Start, long End)> places = checkpoint
            .Tensors.Select(named => named.Tensor.Storage)
            .DistinctBy(storage => storage.Key)
            .ToDictionary(
                storage => storage.Key!,
                storage => (storage.FileOffset!.Value, storage.FileOffset!.Value + storage.ByteCount)
            );
        long at = FirstDataOf(file);
        foreach ((string key, (long start, long end)) in places.OrderBy(place => place.Key, StringComparer.Ordinal))
        {
            Assert.Equal(at + 8, start);
            at = end;
        }
        Assert.Equal(file.Length, at);
        return places.ToDictionary(place => place.Key, place => place.Value.End, StringComparer.Ordinal);
    }
}
