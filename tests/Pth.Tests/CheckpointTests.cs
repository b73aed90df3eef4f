using System.Text;
using Pth.Tests.Formats;

namespace Pth.Tests;

public sealed class CheckpointTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pth-checkpoint-").FullName;

    [Fact]
    public void A_stream_and_memory_give_what_the_file_gives()
    {
        string path = Saved.Fixture("torch-2.14.1", "training.pth");
        using Checkpoint file = Checkpoint.Open(path);
        using FileStream stream = File.OpenRead(path);
        using Checkpoint fromStream = Checkpoint.Open(stream);
        using Checkpoint fromMemory = Checkpoint.Open(File.ReadAllBytes(path));
        using Checkpoint loaded = Checkpoint.Load(path);

        foreach (Checkpoint other in new[] { fromStream, fromMemory, loaded })
        {
            Assert.Equal(Describe(file), Describe(other));
        }
        Assert.Equal(path, file.Name);
        Assert.Equal("<stream>", fromStream.Name);
        Assert.Equal("<memory>", fromMemory.Name);
        Assert.Equal("state_dict", file.StateDictPath);
        Assert.Equal(3, ((PyInt)file.Root["epoch"]).Value);
    }

    [Fact]
    public void A_stream_is_read_from_where_it_stands()
    {
        byte[] file = File.ReadAllBytes(Saved.Fixture("torch-2.6.0", "tensor.pt"));
        using var stream = new MemoryStream([1, 2, 3, .. file]);
        stream.Position = 3;

        using Checkpoint checkpoint = Checkpoint.Open(stream);

        Assert.Equal("<root>", Assert.Single(checkpoint.Tensors).Name);
    }

    [Fact]
    public void Tensors_of_a_closed_checkpoint_throw()
    {
        foreach (bool load in new[] { false, true })
        {
            string path = Saved.Fixture("torch-2.14.1", "state_dict.pth");
            Checkpoint checkpoint = load ? Checkpoint.Load(path) : Checkpoint.Open(path);
            TensorView tensor = checkpoint.StateDict["fc1.weight"];
            checkpoint.Dispose();

            Assert.Throws<ObjectDisposedException>(() => tensor.ToArray<float>());
            Assert.Throws<ObjectDisposedException>(() => Saved.Bytes(tensor));
        }
    }

    [Fact]
    public void A_checkpoint_can_be_saved_over_the_file_that_it_is_open_from()
    {
        string path = Copy("torch-2.14.1", "state_dict.pth");
        byte[] before = File.ReadAllBytes(path);
        using (Checkpoint checkpoint = Checkpoint.Open(path))
        {
            Checkpoint.Save(path, checkpoint.Root);
        }

        Assert.Equal(before, File.ReadAllBytes(path));
    }

    [Fact]
    public void A_file_a_stream_that_seeks_and_one_that_does_not_get_the_same_bytes()
    {
        using Checkpoint checkpoint = Checkpoint.Load(Saved.Fixture("torch-2.14.1", "training.pth"));
        string path = Path.Combine(_folder, "archive.pth");
        Checkpoint.Save(path, checkpoint.Root);
        using var seeking = new MemoryStream();
        Checkpoint.Save(seeking, checkpoint.Root);
        using var inner = new MemoryStream();
        using (
            var notSeeking = new System.IO.Compression.BrotliStream(
                inner,
                System.IO.Compression.CompressionLevel.Fastest,
                leaveOpen: true
            )
        )
        {
            Checkpoint.Save(notSeeking, checkpoint.Root);
        }
        inner.Position = 0;
        using var unpacked = new MemoryStream();
        using (
            var brotli = new System.IO.Compression.BrotliStream(inner, System.IO.Compression.CompressionMode.Decompress)
        )
        {
            brotli.CopyTo(unpacked);
        }

        Assert.Equal(File.ReadAllBytes(path), seeking.ToArray());
        Assert.Equal(seeking.ToArray(), unpacked.ToArray());
    }

    [Fact]
    public void A_state_dict_is_saved_as_the_dictionary_that_it_is()
    {
        string path = Saved.Fixture("torch-2.6.0", "state_dict.pth");
        using Checkpoint checkpoint = Checkpoint.Open(path);
        string target = Path.Combine(_folder, "state_dict.pth");

        SaveSummary summary = Checkpoint.Save(
            target,
            checkpoint.StateDict,
            new WriteOptions { Profile = WriterProfile.PyTorch21 }
        );

        Saved.AssertSameBytes(File.ReadAllBytes(path), File.ReadAllBytes(target), target);
        Assert.Equal(new FileInfo(path).Length, summary.FileLength);
        Assert.Equal(0, summary.UnusedBytes);
    }

    [Fact]
    public void A_changed_state_dict_is_saved_and_read_again()
    {
        using Checkpoint checkpoint = Checkpoint.Open(Saved.Fixture("torch-2.14.1", "data_parallel.pth"));
        StateDict state = checkpoint.StateDict.WithoutPrefix("module.");
        state.Remove("fc2.weight");
        state["fc1.bias"] = TensorView.FromArray(new[] { 9f, 8, 7, 6 });
        state["new"] = TensorView.FromArray(new long[] { 1, 2, 3 });
        string target = Path.Combine(_folder, "changed.pth");

        Checkpoint.Save(target, state);

        using Checkpoint again = Checkpoint.Load(target);
        Assert.DoesNotContain("fc2.weight", again.StateDict.Keys);
        Assert.Equal([9f, 8, 7, 6], again.StateDict["fc1.bias"].ToArray<float>());
        Assert.Equal([1L, 2, 3], again.StateDict["new"].ToArray<long>());
        Assert.Equal(
            checkpoint.StateDict["module.fc1.weight"].ToArray<float>(),
            again.StateDict["fc1.weight"].ToArray<float>()
        );
    }

    [Fact]
    public void A_flipped_bit_in_a_storage_is_found_where_bytes_are_copied_and_not_before()
    {
        string path = Copy("torch-2.14.1", "state_dict.pth");
        Flip(path, "state_dict/data/0");

        using Checkpoint checkpoint = Checkpoint.Open(path);
        TensorView tensor = checkpoint.Tensors[0].Tensor;
        _ = tensor.AsTensorSpan<float>();
        AssertMismatch(() => tensor.ToArray<float>());
        AssertMismatch(() => tensor.Storage.Verify());
        AssertMismatch(() => Checkpoint.Load(path));
        AssertMismatch(() => Checkpoint.Open(path, new ReadOptions { VerifyChecksums = true }));

        string target = Path.Combine(_folder, "target.pth");
        File.WriteAllText(target, "old");
        AssertMismatch(() => Checkpoint.Save(target, checkpoint.Root));
        AssertMismatch(() => Checkpoint.Save(target, checkpoint.Root, new WriteOptions { Compact = true }));
        Assert.Equal("old", File.ReadAllText(target));
        Assert.Equal(2, Directory.GetFiles(_folder).Length);

        using Checkpoint unchecked_ = Checkpoint.Load(path, new ReadOptions { VerifyChecksums = false });
        AssertMismatch(() => unchecked_.Tensors[0].Tensor.Storage.Verify());
    }

    [Fact]
    public void A_flipped_bit_in_the_pickle_is_always_found()
    {
        string path = Copy("torch-2.14.1", "state_dict.pth");
        Flip(path, "state_dict/data.pkl");

        AssertMismatch(() => Checkpoint.Open(path, new ReadOptions { VerifyChecksums = false }));
    }

    [Fact]
    public void Other_files_are_named_for_what_they_are()
    {
        Assert.Equal(CheckpointErrorKind.UnknownContainer, KindOf([]));
        Assert.Equal(CheckpointErrorKind.UnknownContainer, KindOf("<html>"u8.ToArray()));
        Assert.Equal(CheckpointErrorKind.MissingRecord, KindOf(Zip(("data.pkl", "x"))));
        Assert.Equal(CheckpointErrorKind.UnknownContainer, KindOf(Zip(("readme", "x"))));
        Assert.Equal(CheckpointErrorKind.MissingRecord, KindOf(Zip(("a/version", "3\n"))));
        Assert.Equal(CheckpointErrorKind.MissingRecord, KindOf(Zip(("a/data.pkl", "N."))));
        Assert.Equal(CheckpointErrorKind.InvalidZip, KindOf(Zip(("a/data.pkl", "N."), ("b/version", "3\n"))));
        Assert.Equal(CheckpointErrorKind.MissingRecord, KindOf(Zip(("a/data.pkl", "N."), ("a/constants.pkl", "x"))));
        Assert.Equal(CheckpointErrorKind.MissingRecord, KindOf(Zip(("a/.data/extern_modules", ""))));
    }

    [Theory]
    [InlineData("0", false)]
    [InlineData("1", true)]
    [InlineData("3\n", true)]
    [InlineData("10", true)]
    [InlineData("11", false)]
    [InlineData("-3", false)]
    [InlineData("three", false)]
    public void The_version_is_1_to_10(string version, bool isRead)
    {
        byte[] zip = Zip(("a/data.pkl", "N."), ("a/version", version));
        if (isRead)
        {
            using Checkpoint checkpoint = Checkpoint.Open(zip);
            Assert.Same(PyNone.Value, checkpoint.Root);
        }
        else
        {
            Assert.Equal(CheckpointErrorKind.Unsupported, KindOf(zip));
        }
    }

    [Fact]
    public void A_version_in_the_hidden_folder_goes_first()
    {
        using Checkpoint checkpoint = Checkpoint.Open(
            Zip(("a/data.pkl", "N."), ("a/version", "3"), ("a/.data/version", "6"))
        );

        Assert.Equal(6, checkpoint.Container.Version);
    }

    [Theory]
    [InlineData("a/byteorder", "middle")]
    [InlineData("a/.storage_alignment", "0")]
    [InlineData("a/.storage_alignment", "sixty")]
    public void Records_that_say_what_is_not_known_are_refused(string record, string text)
    {
        Assert.Equal(
            CheckpointErrorKind.Unsupported,
            KindOf(Zip(("a/data.pkl", "N."), (record, text), ("a/version", "3")))
        );
    }

    [Fact]
    public void Bytes_behind_the_pickle_are_refused()
    {
        Assert.Equal(CheckpointErrorKind.InvalidPickle, KindOf(Zip(("a/data.pkl", "N.N."), ("a/version", "3"))));
    }

    [Fact]
    public void A_pickle_beyond_the_limit_is_refused()
    {
        byte[] zip = Zip(("a/data.pkl", "N."), ("a/version", "3"));
        var atTheLimit = new ReadOptions { Limits = ReadLimits.Default with { MaxPickleLength = 2 } };
        var below = new ReadOptions { Limits = ReadLimits.Default with { MaxPickleLength = 1 } };

        Checkpoint.Open(zip, atTheLimit).Dispose();
        CheckpointException error = Assert.Throws<CheckpointException>(() => Checkpoint.Open(zip, below));
        Assert.Equal(CheckpointErrorKind.LimitExceeded, error.Kind);
    }

    [Fact]
    public void Options_that_do_not_go_together_are_wrong_use()
    {
        PyValue root = PyNone.Value;
        Assert.Throws<ArgumentException>(() => Checkpoint.Save(Path.Combine(_folder, ".pt"), root));
        Assert.Throws<ArgumentException>(() => new WriteOptions { StorageAlignment = 48 });
        Assert.Throws<ArgumentException>(() => new WriteOptions { StorageAlignment = 65536 });
        Assert.Throws<ArgumentException>(() => new WriteOptions { ArchiveName = "a/b" });
        Assert.Throws<ArgumentException>(() => new WriteOptions { ArchiveName = "" });
        Assert.Throws<ArgumentException>(() =>
            Saved.Bytes(root, new WriteOptions { StorageAlignment = 128, Profile = WriterProfile.PyTorch21 })
        );
        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Fact]
    public void Progress_ends_at_the_total_and_a_cancelled_save_leaves_nothing()
    {
        using Checkpoint checkpoint = Checkpoint.Open(Saved.Fixture("torch-2.14.1", "training.pth"));
        var progress = new Recorder();
        string path = Path.Combine(_folder, "p.pth");
        Checkpoint.Save(path, checkpoint.Root, new WriteOptions { Progress = progress });
        Assert.Equal(new FileInfo(path).Length, progress.Last.BytesTotal);
        Assert.Equal(progress.Last.BytesTotal, progress.Last.BytesDone);

        var cancelled = new WriteOptions { CancellationToken = new CancellationToken(canceled: true) };
        Assert.Throws<OperationCanceledException>(() =>
            Checkpoint.Save(Path.Combine(_folder, "q.pth"), checkpoint.Root, cancelled)
        );
        Assert.Single(Directory.GetFiles(_folder));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static IEnumerable<string> Describe(Checkpoint checkpoint) =>
        checkpoint.Tensors.Select(tensor => $"{tensor.Name} {Convert.ToHexString(tensor.Tensor.Sha256())}");

    private static CheckpointErrorKind KindOf(byte[] file) =>
        Assert.Throws<CheckpointException>(() => Checkpoint.Open(file)).Kind;

    private static void AssertMismatch(Action action) =>
        Assert.Equal(CheckpointErrorKind.ChecksumMismatch, Assert.Throws<CheckpointException>(action).Kind);

    private string Copy(string folder, string name)
    {
        string path = Path.Combine(_folder, name);
        File.Copy(Saved.Fixture(folder, name), path);
        return path;
    }

    /// <summary>Changes the last byte of a record. Its data ends where its descriptor begins.</summary>
    private static void Flip(string path, string record)
    {
        byte[] bytes = File.ReadAllBytes(path);
        int header = bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(record));
        int descriptor = header + bytes.AsSpan(header).IndexOf("PK\x07\x08"u8);
        bytes[descriptor - 1] ^= 1;
        File.Delete(path);
        using FileStream file = File.Create(path);
        file.Write(bytes);
    }

    private static byte[] Zip(params ReadOnlySpan<(string Name, string Text)> entries)
    {
        using var stream = new MemoryStream();
        using (
            var zip = new System.IO.Compression.ZipArchive(
                stream,
                System.IO.Compression.ZipArchiveMode.Create,
                leaveOpen: true
            )
        )
        {
            foreach ((string name, string text) in entries)
            {
                using Stream entry = zip.CreateEntry(name, System.IO.Compression.CompressionLevel.NoCompression).Open();
                entry.Write(Encoding.ASCII.GetBytes(text));
            }
        }
        return stream.ToArray();
    }

    private sealed class Recorder : IProgress<TransferProgress>
    {
        public TransferProgress Last { get; private set; }

        public void Report(TransferProgress value) => Last = value;
    }
}
