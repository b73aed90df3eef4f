using System.Formats.Tar;
using System.IO.Compression;

namespace Pth.Tests.Formats.Wrapped;

/// <summary>Checkpoints in zips, tars, gzips and folders, as people pack them.</summary>
public sealed class WrappedTests : IDisposable
{
    private static readonly byte[] Model = File.ReadAllBytes(Saved.Fixture("torch-2.14.1", "state_dict.pth"));
    private static readonly string Expected = Damage.Read(Model);

    private readonly TemporaryFolder _folder = new();

    /// <summary>What is packed how: a name, the bytes, and the note.</summary>
    public static TheoryData<string, Func<byte[]>, string> Packings =>
        new()
        {
            {
                "stored",
                () => Zips.Make(("weights/model.pth", Model)),
                "It lies in a zip, as 'weights/model.pth'; PyTorch reads it unpacked only."
            },
            {
                "deflated, with litter",
                () =>
                    Zips.Make(
                        true,
                        ("__MACOSX/._model.pth", [1]),
                        ("model/", []),
                        ("model/.DS_Store", [2]),
                        ("model/model.pth", Model)
                    ),
                "It lies in a zip, as 'model/model.pth'; PyTorch reads it unpacked only."
            },
            {
                "beside other files",
                () =>
                    Zips.Make(("README.md", "# Model"u8.ToArray()), ("config.json", "{}"u8.ToArray()), ("m.pt", Model)),
                "It lies in a zip, as 'm.pt'; PyTorch reads it unpacked only."
            },
            {
                "records without a folder",
                () => Zips.Make([.. Records("")]),
                "Its records lie in a zip otherwise than PyTorch packs them; PyTorch does not read it so."
            },
            {
                "records deflated in two folders",
                () => Zips.Make(true, [("outer/", []), .. Records("outer/model/")]),
                "Its records lie in a zip otherwise than PyTorch packs them, in 'outer/model'; PyTorch does not read it so."
            },
            {
                "gzip",
                () => Gzip(Model),
                "It lies in a gzip, which was unpacked into memory; PyTorch reads it unpacked only."
            },
            {
                "tar",
                () => Tar(("./model.pth", Model)),
                "It lies in a tar, as 'model.pth'; PyTorch reads it unpacked only."
            },
            {
                "tar of records",
                () => Tar([.. Records("model/")]),
                "Its records lie in a tar otherwise than PyTorch packs them, in 'model'; PyTorch does not read it so."
            },
            {
                "tar.gz",
                () => Gzip(Tar(("model.pth", Model), ("notes.txt", [65]))),
                "It lies in a gzip, which was unpacked into memory; PyTorch reads it unpacked only."
            },
        };

    [Theory]
    [MemberData(nameof(Packings))]
    public void A_packed_checkpoint_is_read_and_a_note_says_so(string name, Func<byte[]> pack, string note)
    {
        string path = _folder.Write("packed.bin", pack());
        using Checkpoint open = Checkpoint.Open(path);
        using Checkpoint load = Checkpoint.Load(path);
        foreach (Checkpoint checkpoint in new[] { open, load })
        {
            Assert.Equal(Expected, string.Join('\n', checkpoint.Tensors.Select(Damage.Describe)));
            Assert.Equal("torch-zip", checkpoint.Container.Kind);
            Assert.Equal(note, checkpoint.Container.Notes[0]);
            Assert.All(checkpoint.Tensors, tensor => Assert.Null(tensor.Tensor.Storage.FileOffset));
        }
        Assert.NotEmpty(name);
        Assert.Empty(open.VerifyChecksums(cancellationToken: TestContext.Current.CancellationToken).Failures);
        File.Delete(path);
    }

    [Fact]
    public void An_unpacked_folder_is_read_and_saves_to_the_file_that_it_was()
    {
        string folder = Path.Combine(_folder.Path, "unpacked");
        ZipFile.ExtractToDirectory(Saved.Fixture("torch-2.14.1", "state_dict.pth"), folder);
        folder = Path.Combine(folder, "state_dict");
        using Checkpoint open = Checkpoint.Open(folder);
        using Checkpoint load = Checkpoint.Load(folder);
        foreach (Checkpoint checkpoint in new[] { open, load })
        {
            Assert.Equal(Expected, string.Join('\n', checkpoint.Tensors.Select(Damage.Describe)));
            Assert.StartsWith(
                "It is a folder that a checkpoint was unpacked to",
                checkpoint.Container.Notes[0],
                StringComparison.Ordinal
            );
            Saved.AssertSameBytes(Model, Saved.Bytes(checkpoint.Root, Saved.As(checkpoint.Container)), folder);
        }
    }

    [Fact]
    public void Every_container_can_be_packed()
    {
        var root = new PyDict { ["w"] = TensorView.FromArray(new[] { 1f, 2 }) };
        foreach (ContainerFormat format in Enum.GetValues<ContainerFormat>())
        {
            byte[] file = Saved.Bytes(root, new() { Format = format });
            string expected = Damage.Read(file);
            Assert.Contains("Float32", expected, StringComparison.Ordinal);
            Assert.Equal(expected, Damage.Read(Zips.Make(("x", file))));
            Assert.Equal(expected, Damage.Read(Gzip(file)));
            Assert.Equal(expected, Damage.Read(Gzip(Tar(("x", file)))));
        }
    }

    [Fact]
    public void Several_checkpoints_are_listed_and_none_is_chosen()
    {
        CheckpointException error = Error(Zips.Make(("a.pth", Model), ("readme", [65]), ("b.pth", Model)));
        Assert.Equal(CheckpointErrorKind.Unsupported, error.Kind);
        Assert.Equal(
            "<memory>: found a zip of several checkpoints (a.pth, b.pth), expected one: unpack it, and name the file or the folder of shards that is meant",
            error.Message
        );
        error = Error(Tar([("a.pth", Model), .. Records("b/")]));
        Assert.Contains("a tar of several checkpoints (b/, a.pth)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_archive_without_a_checkpoint_is_told_by_its_files()
    {
        Assert.Equal(
            "<memory>: found a zip of 2 files, none of which is a checkpoint ([Content_Types].xml, word/document.xml), expected a checkpoint, or a zip with one in it",
            Error(
                Zips.Make(("[Content_Types].xml", "<a/>"u8.ToArray()), ("word/document.xml", "<b/>"u8.ToArray()))
            ).Message
        );
        Assert.Equal(
            "<memory>!a.txt: found a text that begins with 'hello', expected a checkpoint of PyTorch, safetensors, NumPy or TorchSharp",
            Error(Zips.Make(("a.txt", "hello"u8.ToArray()))).Message
        );
        Assert.Contains("a tar without files", Error(Tar()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_error_in_it_names_the_way_to_it()
    {
        byte[] legacy = Saved.Bytes(
            new PyDict { ["w"] = TensorView.FromArray(new[] { 1f }) },
            new() { Format = ContainerFormat.TorchLegacy }
        );
        CheckpointException error = Error(Gzip(Zips.Make(true, ("m.pth", legacy[..^2]))));
        Assert.StartsWith("<memory>!content!m.pth", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_file_without_checksums_is_found_by_those_around_it()
    {
        byte[] legacy = Saved.Bytes(
            new PyDict { ["w"] = TensorView.FromArray(new[] { 1f }) },
            new() { Format = ContainerFormat.TorchLegacy }
        );
        byte[] zip = Zips.Make(("m.pth", legacy));
        int last = zip.AsSpan().LastIndexOf(legacy.AsSpan(legacy.Length - 4)) + 3;
        zip[last] ^= 1;
        string path = _folder.Write("damaged.zip", zip);
        using (Checkpoint checkpoint = Checkpoint.Open(path))
        {
            Assert.Single(
                checkpoint.VerifyChecksums(cancellationToken: TestContext.Current.CancellationToken).Failures
            );
        }
        Assert.Equal(
            CheckpointErrorKind.ChecksumMismatch,
            Assert.Throws<CheckpointException>(() => Checkpoint.Load(path)).Kind
        );
    }

    [Fact]
    public void What_unpacks_without_end_or_lies_too_deep_is_refused()
    {
        var options = new ReadOptions { Limits = ReadLimits.Default with { MaxInflatedLength = 1_000 } };
        byte[] npy = Saved.Bytes(TensorView.FromArray(new byte[872]), new() { Format = ContainerFormat.Npy });
        Assert.Equal(1_000, npy.Length);
        Checkpoint.Open(Gzip(npy), options).Dispose();
        byte[] longer = Saved.Bytes(TensorView.FromArray(new byte[873]), new() { Format = ContainerFormat.Npy });
        foreach (byte[] file in new[] { Gzip(longer), Zips.Make(true, ("x.bin", longer)) })
        {
            CheckpointException error = Assert.Throws<CheckpointException>(() => Checkpoint.Open(file, options));
            Assert.Equal(CheckpointErrorKind.LimitExceeded, error.Kind);
        }

        byte[] nested = npy;
        for (int i = 0; i < 4; i++)
        {
            nested = Zips.Make(("x.zip", nested));
        }
        Checkpoint.Open(nested).Dispose();
        Assert.Equal(CheckpointErrorKind.LimitExceeded, Error(Zips.Make(("x.zip", nested))).Kind);
    }

    [Fact]
    public void A_cut_or_changed_gzip_is_refused_or_read_as_it_was()
    {
        byte[] file = Gzip(Saved.Bytes(TensorView.FromArray(new[] { 1f, 2 }), new() { Format = ContainerFormat.Npy }));
        string whole = Damage.Read(file);
        Assert.Contains("[2]", whole, StringComparison.Ordinal);
        Assert.All(Damage.Cut(file), cut => Assert.DoesNotContain("[", Damage.Read(cut), StringComparison.Ordinal));
        foreach ((int offset, byte[] flipped) in Damage.Flip(file))
        {
            string read = Damage.Read(flipped);
            Assert.True(read == whole || Enum.TryParse<CheckpointErrorKind>(read, out _), $"{offset}: {read}");
        }
    }

    [Fact]
    public void A_gzip_of_two_members_is_not_read_in_part()
    {
        byte[] npy = Saved.Bytes(TensorView.FromArray(new[] { 1f, 2 }), new() { Format = ContainerFormat.Npy });
        Assert.Equal(CheckpointErrorKind.Unsupported, Error([.. Gzip(npy), .. Gzip(npy)]).Kind);
    }

    [Fact]
    public void A_gzip_s_header_may_have_all_its_fields()
    {
        byte[] npy = Saved.Bytes(TensorView.FromArray(new[] { 1f, 2 }), new() { Format = ContainerFormat.Npy });
        byte[] plain = Gzip(npy);
        byte[] full =
        [
            .. plain[..3],
            0x1F,
            .. plain[4..10],
            2,
            0,
            9,
            9,
            .. "name\0"u8,
            .. "comment\0"u8,
            7,
            7,
            .. plain[10..],
        ];
        Assert.Equal(Damage.Read(npy), Damage.Read(full));
    }

    public void Dispose() => _folder.Dispose();

    private static CheckpointException Error(byte[] file) =>
        Assert.Throws<CheckpointException>(() => Checkpoint.Open(file));

    /// <summary>The records of the model by their names below its folder.</summary>
    private static List<(string Name, byte[] Content)> Records(string folder)
    {
        using var zip = new ZipArchive(new MemoryStream(Model));
        var records = new List<(string, byte[])>();
        foreach (ZipArchiveEntry entry in zip.Entries.Reverse())
        {
            using var content = new MemoryStream();
            using Stream stream = entry.Open();
            stream.CopyTo(content);
            records.Add(
                (
                    folder + entry.FullName[(entry.FullName.IndexOf('/', StringComparison.Ordinal) + 1)..],
                    content.ToArray()
                )
            );
        }
        return records;
    }

    private static byte[] Gzip(byte[] content)
    {
        using var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(content);
        }
        return stream.ToArray();
    }

    private static byte[] Tar(params ReadOnlySpan<(string Name, byte[] Content)> files)
    {
        using var stream = new MemoryStream();
        using (var tar = new TarWriter(stream, TarEntryFormat.Pax, leaveOpen: true))
        {
            tar.WriteEntry(new PaxTarEntry(TarEntryType.Directory, "model/"));
            foreach ((string name, byte[] content) in files)
            {
                tar.WriteEntry(
                    new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content) }
                );
            }
        }
        return stream.ToArray();
    }
}
