using System.Text.Json;
using Pth.Tests.Formats;

namespace Pth.Tests.Fixtures;

/// <summary>Real checkpoints from many hands, with what PyTorch 2.14.1 reads from each: <c>shared/fixtures</c> beside the project.</summary>
public class SharedFixtureReadTests(ITestOutputHelper output)
{
    private static readonly HashSet<string> Kinds = new(StringComparer.Ordinal)
    {
        "torch-zip",
        "torch-legacy",
        "torch-tar",
        "pickle",
        "safetensors",
        "torchscript",
    };

    [Fact]
    public void Every_tensor_that_PyTorch_read_is_the_same()
    {
        var counts = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var failures = new List<string>();
        int tensors = 0;
        foreach ((string path, JsonElement row) in ReadRows())
        {
            string outcome = "compared";
            try
            {
                outcome = Compare(path, row, ref tensors);
            }
            catch (Exception error)
            {
                failures.Add($"{path}: {error.Message}");
                outcome = "failed";
            }
            counts[outcome] = counts.GetValueOrDefault(outcome) + 1;
        }
        Outcomes.Report(output, counts);
        output.WriteLine($"{tensors} tensors");
        Assert.True(failures.Count == 0, string.Join("\n", failures));
        Assert.True(counts.GetValueOrDefault("compared") > 150, "nearly nothing was compared");
    }

    private static string Compare(string path, JsonElement row, ref int tensors)
    {
        string kind = row.GetProperty("kind").GetString()!;
        if (row.GetProperty("status").GetString() != "ok")
        {
            return $"not compared: PyTorch refuses it ({kind})";
        }
        if (!Kinds.Contains(kind))
        {
            return $"not compared: {kind}";
        }

        using Checkpoint checkpoint = Checkpoint.Open(path);
        Dictionary<string, NamedTensor> actual = checkpoint.Tensors.ToDictionary(t => t.Name, StringComparer.Ordinal);
        var missing = new List<string>();
        foreach (JsonProperty expected in row.GetProperty("tensors").EnumerateObject())
        {
            // The list writes this behind the name of a DTensor.
            string name = expected.Name.Replace("(DTensor local)", "", StringComparison.Ordinal);
            if (expected.Value.GetProperty("layout").GetString() != "strided")
            {
                Assert.Contains(actual.Values, t => t.Part is not null && t.Name == $"{name}.{t.Part}");
            }
            else if (actual.TryGetValue(name, out NamedTensor found))
            {
                CompareTensor(name, expected.Value, found.Tensor, isDetached: kind == "torchscript");
            }
            else
            {
                missing.Add(name);
            }
            tensors++;
        }
        Assert.True(
            missing.Count == 0,
            $"missing {string.Join(", ", missing)}; found {string.Join(", ", actual.Keys)}"
        );
        return "compared";
    }

    private static void CompareTensor(string name, JsonElement expected, TensorView actual, bool isDetached)
    {
        JsonElement Required(string property) => expected.GetProperty(property);
        string Numbers(string property) => string.Join(",", Required(property).EnumerateArray());

        Assert.Equal(
            (name, Required("dtype").GetString(), Numbers("shape"), Numbers("stride")),
            (name, actual.DType.TorchName, string.Join(",", actual.Shape), string.Join(",", actual.Strides))
        );
        Assert.Equal(
            (name, Required("offset").GetInt64(), Required("storage_nbytes").GetInt64()),
            (name, actual.Offset, actual.Storage.ByteCount)
        );
        if (expected.TryGetProperty("sha256", out JsonElement sha256))
        {
            Assert.Equal((name, sha256.GetString()), (name, Convert.ToHexStringLower(actual.Sha256())));
        }
        // Of TorchScript the list has what state_dict() gives, which no longer says it.
        if (!isDetached)
        {
            Assert.Equal(expected.TryGetProperty("param", out _), actual.IsParameter);
            Assert.Equal(
                expected.TryGetProperty("requires_grad", out JsonElement grad) && grad.GetBoolean(),
                actual.RequiresGrad
            );
        }
        Assert.Equal(expected.TryGetProperty("q", out _), actual.Quantization is not null);
        if (actual.Quantization is Quantization.PerTensor quantization)
        {
            Assert.Equal(Required("scale").GetDouble(), quantization.Scale);
            Assert.Equal(Required("zp").GetInt64(), quantization.ZeroPoint);
        }
    }

    private static IEnumerable<KeyValuePair<string, JsonElement>> ReadRows()
    {
        Assert.SkipWhen(SharedFixtures.Folder is null, "The folder shared/fixtures is not beside the project.");
        foreach (string line in File.ReadLines(Path.Combine(SharedFixtures.Folder!, "GOLDEN.jsonl")))
        {
            JsonElement row = JsonDocument.Parse(line).RootElement;
            string repository = row.GetProperty("repo").GetString()!;
            string folder = repository.Contains('/', StringComparison.Ordinal)
                ? repository.Replace("/", "__", StringComparison.Ordinal)
                : "";
            yield return new(Path.Combine(SharedFixtures.Folder!, folder, row.GetProperty("path").GetString()!), row);
        }
    }
}
