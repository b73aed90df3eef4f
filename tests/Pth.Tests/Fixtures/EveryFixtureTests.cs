using System.Text.Json;
using Pth.Tests.Formats;

namespace Pth.Tests.Fixtures;

/// <summary>
/// Every row of <c>GOLDEN.jsonl</c> and <c>INDEX.tsv</c>, opened as <c>pth ls --json --sha256</c> does. A row is compared to the hash, or it is
/// listed in <see cref="EveryFixtureExceptions"/> by its name with what becomes of it: nothing is left out in silence.
/// </summary>
public class EveryFixtureTests(ITestOutputHelper output)
{
    [Fact]
    public void Every_golden_row_is_compared_to_the_hash_or_listed()
    {
        Check(GoldenRows().Select(row => (NameOf(row), CompareGolden(row))), EveryFixtureExceptions.Golden);
    }

    [Fact]
    public void Every_indexed_file_opens_or_is_listed()
    {
        Check(IndexRows().Select(name => (name, Open(name))), EveryFixtureExceptions.Index);
    }

    private void Check(
        IEnumerable<(string Name, string? Outcome)> rows,
        IReadOnlyDictionary<string, (string Outcome, string Reason)> listed
    )
    {
        Assert.SkipWhen(SharedFixtures.Folder is null, "The folder shared/fixtures is not beside the project.");
        var wrong = new List<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        int count = 0;
        foreach ((string name, string? outcome) in rows)
        {
            count++;
            seen.Add(name);
            string? expected = listed.TryGetValue(name, out (string Outcome, string Reason) known)
                ? known.Outcome
                : null;
            if (outcome != expected)
            {
                wrong.Add($"[\"{name}\"] = \"{outcome ?? "as it should be"}\", // listed: {expected ?? "not"}");
            }
        }
        wrong.AddRange(listed.Keys.Where(name => !seen.Contains(name)).Select(name => $"{name}: listed, and no row"));
        output.WriteLine($"{count} rows, {listed.Count} of them listed");
        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
        Assert.True(count > 300, "nearly nothing was looked at");
    }

    /// <returns>Null when all is as PyTorch says; else what is not.</returns>
    private static string? CompareGolden(JsonElement row)
    {
        string name = NameOf(row);
        if (row.GetProperty("status").GetString() != "ok")
        {
            return $"PyTorch refuses it; {Open(name) ?? "opens"}";
        }
        try
        {
            using Checkpoint checkpoint = Checkpoint.Open(PathOf(name));
            var found = checkpoint
                .Tensors.GroupBy(t => t.Name, StringComparer.Ordinal)
                .ToDictionary(group => group.Key, group => group.Last().Tensor, StringComparer.Ordinal);
            var order = new List<string>();
            foreach (JsonProperty expected in row.GetProperty("tensors").EnumerateObject())
            {
                string tensorName = expected.Name.Replace("(DTensor local)", "", StringComparison.Ordinal);
                if (expected.Value.GetProperty("layout").GetString() != "strided")
                {
                    if (!found.Keys.Any(key => key.StartsWith(tensorName + ".", StringComparison.Ordinal)))
                    {
                        return $"no parts of {tensorName}";
                    }
                    continue;
                }
                order.Add(tensorName);
                if (!found.TryGetValue(tensorName, out TensorView? actual))
                {
                    return $"no {tensorName}";
                }
                if (Difference(expected.Value, actual) is { } difference)
                {
                    return $"{tensorName}: {difference}";
                }
            }
            var wanted = order.ToHashSet(StringComparer.Ordinal);
            IEnumerable<string> inOrder = checkpoint
                .Tensors.Select(t => t.Name)
                .Where(wanted.Contains)
                .Distinct(StringComparer.Ordinal);
            return inOrder.SequenceEqual(order.Distinct(StringComparer.Ordinal)) ? null : "another order";
        }
        catch (CheckpointException error)
        {
            return $"refused: {error.Kind}";
        }
    }

    private static string? Difference(JsonElement expected, TensorView actual)
    {
        string Numbers(string property) => string.Join(",", expected.GetProperty(property).EnumerateArray());
        return expected.GetProperty("dtype").GetString() != actual.DType.TorchName ? "dtype"
            : Numbers("shape") != string.Join(",", actual.Shape) ? "shape"
            : Numbers("stride") != string.Join(",", actual.Strides) ? "stride"
            : expected.GetProperty("offset").GetInt64() != actual.Offset ? "offset"
            : expected.GetProperty("storage_nbytes").GetInt64() != actual.Storage.ByteCount ? "storage"
            : expected.TryGetProperty("sha256", out JsonElement hash)
            && hash.GetString() != Convert.ToHexStringLower(actual.Sha256())
                ? "sha256"
            : null;
    }

    /// <returns>Null when the file opens and all its tensors can be hashed; else why not.</returns>
    private static string? Open(string name)
    {
        try
        {
            using Checkpoint checkpoint = Checkpoint.Open(PathOf(name));
            foreach (NamedTensor named in checkpoint.Tensors)
            {
                if (!named.Tensor.Storage.IsMeta)
                {
                    named.Tensor.Sha256();
                }
            }
            return null;
        }
        catch (CheckpointException error)
        {
            return $"refused: {error.Kind}";
        }
    }

    private static IEnumerable<JsonElement> GoldenRows() =>
        SharedFixtures.Folder is null
            ? []
            : File.ReadLines(Path.Combine(SharedFixtures.Folder, "GOLDEN.jsonl"))
                .Select(line => JsonDocument.Parse(line).RootElement);

    private static IEnumerable<string> IndexRows() =>
        SharedFixtures.Folder is null
            ? []
            : File.ReadLines(Path.Combine(SharedFixtures.Folder, "INDEX.tsv"))
                .Skip(1)
                .Select(line => line.Split('\t'))
                .Where(columns => columns[0] != "repo")
                .Select(columns => NameOf(columns[0], columns[2]));

    private static string NameOf(JsonElement row) =>
        NameOf(row.GetProperty("repo").GetString()!, row.GetProperty("path").GetString()!);

    private static string NameOf(string repository, string path) =>
        repository.Contains('/', StringComparison.Ordinal)
            ? $"{repository.Replace("/", "__", StringComparison.Ordinal)}/{path}"
            : path;

    private static string PathOf(string name) => Path.Combine(SharedFixtures.Folder!, name);
}
