using System.Text.Json;

namespace Pth.Tests.Fixtures;

/// <summary>A checkpoint of <c>tests/fixtures/torch-*</c> with what PyTorch read from it.</summary>
internal sealed class Fixture
{
    private readonly JsonElement _json;

    public Fixture(string name)
    {
        Path = System.IO.Path.Combine(Repository.Fixtures, name);
        _json = JsonDocument.Parse(File.ReadAllText(Path + ".json")).RootElement;
        Tensors = ExpectedTensor.ParseAll(_json.GetProperty("tensors"));
    }

    /// <summary>All of them: <c>torch-2.6.0/strides.pt</c>.</summary>
    public static TheoryData<string> All { get; } = [.. Find()];

    public string Path { get; }

    public IReadOnlyList<ExpectedTensor> Tensors { get; }

    /// <summary>Whether writing what was read must give the same bytes.</summary>
    public bool IsReproducible => _json.GetProperty("resave").GetBoolean();

    /// <summary>The keys of <c>_metadata</c>; null where the root has none.</summary>
    public IEnumerable<string>? Metadata =>
        _json.TryGetProperty("metadata", out JsonElement keys)
            ? keys.EnumerateArray().Select(key => key.GetString()!)
            : null;

    /// <summary>The values of a file without tensors, in the notation of <c>tests/fixtures/pickle</c>; null in others.</summary>
    public JsonElement? Content => _json.TryGetProperty("content", out JsonElement content) ? content : null;

    private static IEnumerable<string> Find() =>
        Directory
            .EnumerateDirectories(Repository.Fixtures, "torch-*")
            .SelectMany(Directory.EnumerateFiles)
            .Where(path => !path.EndsWith(".json", StringComparison.Ordinal))
            .Select(path => System.IO.Path.GetRelativePath(Repository.Fixtures, path).Replace('\\', '/'))
            .Order(StringComparer.Ordinal);
}
