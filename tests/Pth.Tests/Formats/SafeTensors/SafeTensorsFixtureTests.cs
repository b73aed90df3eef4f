using System.Text.Json;

namespace Pth.Tests.Formats.SafeTensors;

/// <summary>Files of safetensors 0.8.0, whole and malformed, with its own verdicts: <c>shared/fixtures</c> beside the project.</summary>
public class SafeTensorsFixtureTests
{
    private static string Folder
    {
        get
        {
            Assert.SkipWhen(SharedFixtures.Folder is null, "The folder shared/fixtures is not beside the project.");
            return Path.Combine(SharedFixtures.Folder!, "generated", "safetensors-0.8.0");
        }
    }

    [Fact]
    public void Every_malformed_file_gets_the_verdict_of_the_reference()
    {
        string folder = Path.Combine(Folder, "malformed");
        int rejected = 0;
        string[] rows = [.. File.ReadLines(Path.Combine(folder, "VERDICTS.tsv")).Skip(1)];
        foreach (string row in rows)
        {
            string[] cells = row.Split('\t');
            string path = Path.Combine(folder, cells[0] + ".safetensors");
            try
            {
                using Checkpoint checkpoint = Checkpoint.Open(path);
                Assert.True(cells[1] == "ACCEPT", $"{cells[0]}: accepted");
                string keys = string.Join(
                    ", ",
                    checkpoint.Root.As<PyDict>().Keys.Select(key => key.Describe()).Order()
                );
                Assert.StartsWith($"keys=[{keys}]", cells[2], StringComparison.Ordinal);
            }
            catch (CheckpointException error)
            {
                Assert.True(cells[1] == "REJECT", $"{cells[0]}: {error.Message}");
                Assert.StartsWith(path, error.Message, StringComparison.Ordinal);
                // What is not even like a header is told for what it is.
                Assert.True(error.Offset is not null || error.Kind == CheckpointErrorKind.UnknownContainer);
                rejected++;
            }
        }
        Assert.Equal(16, rejected);
        Assert.Equal(25, rows.Length);
    }

    [Fact]
    public void Tensors_come_in_the_order_in_which_the_reference_gives_them()
    {
        int files = 0;
        foreach (string line in File.ReadLines(Path.Combine(Folder, "..", "..", "GOLDEN.jsonl")))
        {
            JsonElement row = JsonDocument.Parse(line).RootElement;
            string path = row.GetProperty("path").GetString()!;
            if (
                !path.StartsWith("generated/safetensors", StringComparison.Ordinal)
                || row.GetProperty("status").GetString() != "ok"
            )
            {
                continue;
            }
            using Checkpoint checkpoint = Checkpoint.Open(Path.Combine(SharedFixtures.Folder!, path));
            Assert.Equal(
                row.GetProperty("tensors").EnumerateObject().Select(tensor => tensor.Name),
                checkpoint.Tensors.Select(tensor => tensor.Name)
            );
            files++;
        }
        Assert.True(files > 20);
    }

    [Fact]
    public void Every_file_that_the_reference_wrote_is_written_again_to_the_byte()
    {
        int same = 0;
        foreach (string path in Directory.EnumerateFiles(Folder, "*.safetensors"))
        {
            using Checkpoint checkpoint = Checkpoint.Open(path);
            IReadOnlyDictionary<string, string> metadata = checkpoint.Container.Metadata;
            if (metadata.Count > 1 || (metadata.Count == 1 && !metadata.ContainsKey("format")))
            {
                // Ours adds the format and sorts the keys.
                continue;
            }
            byte[] ours = Saved.Bytes(
                checkpoint.Root,
                new() { Format = ContainerFormat.SafeTensors, Metadata = metadata.Count == 0 ? null : metadata }
            );
            Saved.AssertSameBytes(File.ReadAllBytes(path), ours, path);
            same++;
        }
        Assert.True(same > 20, "nearly nothing was compared");
    }
}
