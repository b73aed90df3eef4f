using System.Text.Json;

namespace Pth.Tests.Pickle;

/// <summary>The pickles that CPython wrote and what it reads from each: <c>tests/fixtures/pickle</c>.</summary>
internal static class PickleFixtures
{
    private static readonly string Folder = Path.Combine(Repository.Fixtures, "pickle");

    private static readonly JsonElement Expected = JsonDocument
        .Parse(File.ReadAllBytes(Path.Combine(Folder, "expected.json")), new JsonDocumentOptions { MaxDepth = 10_000 })
        .RootElement;

    public static IEnumerable<JsonElement> Files => Expected.GetProperty("files").EnumerateArray();

    public static IEnumerable<JsonElement> Refused => Expected.GetProperty("refused").EnumerateArray();

    public static JsonElement Content(string name) => Expected.GetProperty("contents").GetProperty(name);

    public static byte[] Bytes(string file) => File.ReadAllBytes(Path.Combine(Folder, file));
}
