using System.Text.Json;

namespace Pth.Tests.Formats.TorchZip;

/// <summary>What PyTorch wrote, read and written again: the same bytes.</summary>
public class ResaveTests
{
    public static TheoryData<string> Files()
    {
        var files = new TheoryData<string>();
        foreach (
            string description in Directory.EnumerateFiles(Repository.Fixtures, "*.json", SearchOption.AllDirectories)
        )
        {
            if (File.Exists(description[..^5]) && description.Contains("torch-", StringComparison.Ordinal))
            {
                files.Add(Path.GetRelativePath(Repository.Fixtures, description[..^5]));
            }
        }
        return files;
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void A_file_that_was_read_is_written_with_the_same_bytes(string file)
    {
        string path = Path.Combine(Repository.Fixtures, file);
        using JsonDocument description = JsonDocument.Parse(File.ReadAllBytes(path + ".json"));
        using Checkpoint checkpoint = Checkpoint.Open(path);

        byte[] written = Save(checkpoint);

        if (description.RootElement.GetProperty("resave").GetBoolean())
        {
            Saved.AssertSameBytes(File.ReadAllBytes(path), written, file);
            return;
        }
        // Written by other means than torch.save: the bytes differ, what they say does not.
        using Checkpoint again = Checkpoint.Open(written);
        Assert.Equal(Describe(checkpoint), Describe(again));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void A_file_that_was_loaded_into_memory_is_written_with_the_same_bytes(string file)
    {
        string path = Path.Combine(Repository.Fixtures, file);
        using Checkpoint opened = Checkpoint.Open(path);
        using Checkpoint loaded = Checkpoint.Load(path);

        Saved.AssertSameBytes(Save(opened), Save(loaded), file);
    }

    [Fact]
    public void Every_file_in_the_shared_fixtures_is_written_with_the_same_bytes()
    {
        int equal = 0;
        int otherSystems = 0;
        foreach (string path in SharedFixtures.Zips())
        {
            Checkpoint checkpoint;
            try
            {
                checkpoint = Checkpoint.Open(path);
            }
            catch (CheckpointException)
            {
                continue;
            }
            using (checkpoint)
            {
                if (checkpoint.Container.Kind != "torch-zip")
                {
                    continue;
                }
                byte[] original = File.ReadAllBytes(path);
                byte[] written = Save(checkpoint);
                bool same = original.AsSpan().SequenceEqual(written);
                if (same)
                {
                    equal++;
                }
                else if (IsWrittenByPyTorch19OrLater(path, checkpoint))
                {
                    // macOS and Windows hash names otherwise: only the 40 digits of the id and its checksums differ.
                    AssertSameButForTheId(original, written, checkpoint.Container.SerializationId!, path);
                    otherSystems++;
                }
            }
        }
        Assert.True(equal > 100, $"Only {equal} files were the same, {otherSystems} but for their id.");
    }

    private static bool IsWrittenByPyTorch19OrLater(string path, Checkpoint checkpoint) =>
        checkpoint.Container.Writer != "PyTorch 1.6 to 1.8"
        && !path.Contains("torch-1.7.1", StringComparison.Ordinal)
        // Made with other tools or with parts of torch.save switched off.
        && !path.Contains("malicious", StringComparison.Ordinal)
        && !path.Contains("pickle_protocol", StringComparison.Ordinal)
        && !path.Contains("picklescan", StringComparison.Ordinal)
        && checkpoint.Container.UncheckedRecords.Count == 0;

    private static byte[] Save(Checkpoint checkpoint) => Saved.Bytes(checkpoint.Root, Saved.As(checkpoint.Container));

    private static string Describe(Checkpoint checkpoint) =>
        string.Join(
            '\n',
            checkpoint.Tensors.Select(tensor =>
                $"{tensor.Name} {tensor.Tensor.DType} [{string.Join(", ", tensor.Tensor.Shape)}] {(tensor.Tensor.Storage.IsMeta ? "" : Convert.ToHexString(tensor.Tensor.Sha256()))}"
            )
        );

    private static void AssertSameButForTheId(byte[] expected, byte[] actual, string id, string file)
    {
        Assert.True(expected.Length == actual.Length, $"{file}: {actual.Length} bytes, expected {expected.Length}");
        int record = expected.AsSpan().LastIndexOf(System.Text.Encoding.ASCII.GetBytes(id));
        int differing = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            if (expected[i] != actual[i])
            {
                // The names' half of the id; behind it, its checksum in the descriptor and in the central directory.
                Assert.True(i >= record, $"{file}: byte 0x{i:X} differs");
                differing++;
            }
        }
        Assert.InRange(differing, 1, 20 + 8);
    }
}
