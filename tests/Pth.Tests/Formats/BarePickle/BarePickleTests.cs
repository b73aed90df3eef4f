using System.Text;

namespace Pth.Tests.Formats.BarePickle;

public class BarePickleTests
{
    public static TheoryData<int> Protocols => [0, 1, 2, 3, 4, 5];

    [Theory]
    [MemberData(nameof(Protocols))]
    public void Every_protocol_is_read_and_object_arrays_stay_what_they_are(int protocol)
    {
        using Checkpoint checkpoint = Checkpoint.Open(Saved.Fixture("torch-2.14.1", $"bare_p{protocol}.pkl"));
        Assert.Equal(
            ("pickle", $"Python, protocol {(protocol < 2 ? 0 : protocol)}"),
            (checkpoint.Container.Kind, checkpoint.Container.Writer)
        );
        PyDict root = checkpoint.Root.As<PyDict>();
        Assert.Same(root["same"], root["again"]);
        Assert.IsType<PyObject>(root["objects"]);
        Assert.IsType<PyObject>(root["text"]);
        Assert.Equal([1, 3], root["fortran"].As<PyTensor>().View.Strides.Select(s => s == 1 ? 1 : 3).Order());
        Assert.All(checkpoint.Tensors, t => Assert.Null(t.Tensor.Storage.FileOffset));
    }

    [Fact]
    public void A_pickle_of_an_archive_says_that_its_numbers_are_elsewhere()
    {
        using var zip = new System.IO.Compression.ZipArchive(File.OpenRead(Saved.Fixture("torch-2.14.1", "tensor.pt")));
        using Stream entry = zip.GetEntry("tensor/data.pkl")!.Open();
        using var pickle = new MemoryStream();
        entry.CopyTo(pickle);
        CheckpointException error = Assert.Throws<CheckpointException>(() => Checkpoint.Open(pickle.ToArray()));
        Assert.Equal(CheckpointErrorKind.MissingRecord, error.Kind);
        Assert.Contains("outside the pickle", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_behind_the_pickle_are_refused()
    {
        byte[] file = File.ReadAllBytes(Saved.Fixture("torch-2.14.1", "bare_p4.pkl"));
        CheckpointException error = Assert.Throws<CheckpointException>(() => Checkpoint.Open((byte[])[.. file, 0]));
        Assert.Equal((CheckpointErrorKind.InvalidPickle, file.Length), (error.Kind, error.Offset));
    }

    [Theory]
    [InlineData("Not a pickle.")]
    [InlineData("case\tverdict\nis\tnone.")]
    [InlineData("(a sentence in parentheses).")]
    [InlineData("{}.")]
    [InlineData(".")]
    [InlineData("I am")]
    public void Text_is_no_pickle(string text)
    {
        CheckpointException error = Assert.Throws<CheckpointException>(() =>
            Checkpoint.Open(Encoding.ASCII.GetBytes(text))
        );
        Assert.Equal(CheckpointErrorKind.UnknownContainer, error.Kind);
    }

    [Fact]
    public void A_length_of_640_is_no_pickle()
    {
        byte[] head = [0x80, 0x02, 0, 0, 0, 0, 0, 0, 0];
        CheckpointException error = Assert.Throws<CheckpointException>(() => Checkpoint.Open(head));
        Assert.Equal(CheckpointErrorKind.UnknownContainer, error.Kind);
    }

    [Fact]
    public void Checkpoints_in_checkpoints_end_at_some_depth()
    {
        byte[] inner = File.ReadAllBytes(Saved.Fixture("torch-2.14.1", "legacy_tensor.pt"));
        CheckpointException? error = null;
        for (int depth = 0; depth < 10; depth++)
        {
            inner = Wrap(inner);
            try
            {
                using Checkpoint checkpoint = Checkpoint.Open(inner);
                Assert.Single(checkpoint.Tensors);
            }
            catch (CheckpointException refused)
            {
                error = refused;
                break;
            }
        }
        Assert.Equal(CheckpointErrorKind.LimitExceeded, error!.Kind);
    }

    [Fact]
    public void Loaded_whole_it_is_the_same()
    {
        string path = Saved.Fixture("torch-2.6.0", "bare_p5.pkl");
        using Checkpoint mapped = Checkpoint.Open(path);
        using Checkpoint loaded = Checkpoint.Load(path);
        Assert.Equal(
            mapped.Tensors.Select(t => (t.Name, Convert.ToHexString(t.Tensor.Sha256()))),
            loaded.Tensors.Select(t => (t.Name, Convert.ToHexString(t.Tensor.Sha256())))
        );
    }

    /// <summary>torch.storage._load_from_bytes(b'...'), protocol 3.</summary>
    private static byte[] Wrap(byte[] inner) =>
        [
            0x80,
            3,
            .. "ctorch.storage\n_load_from_bytes\n"u8,
            (byte)'B',
            .. BitConverter.GetBytes(inner.Length),
            .. inner,
            0x85,
            (byte)'R',
            (byte)'.',
        ];
}
