using System.Text.Json;

namespace Pth.Tests.StateDicts;

/// <summary>What PyTorch 2.14.1 says of the network in <c>tests/fixtures/state_dicts/make.py</c>.</summary>
internal static class Golden
{
    public static string Folder { get; } = FindFolder();

    public static (string[] Names, (string Path, long Version)[] Metadata) Read(string name)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, "golden.json")));
        JsonElement golden = document.RootElement.GetProperty(name);
        return (
            [.. golden.GetProperty("names").EnumerateArray().Select(item => item.GetString()!)],
            [
                .. golden
                    .GetProperty("metadata")
                    .EnumerateArray()
                    .Select(item => (item[0].GetString()!, item[1].GetInt64())),
            ]
        );
    }

    public static StateDict State(string name)
    {
        (string[] names, (string Path, long Version)[] metadata) = Read(name);
        return Sample.State(names, metadata);
    }

    public static (string Path, long Version)[] MetadataOf(StateDict state) =>
        [
            .. state.Metadata!.Select(entry =>
                (
                    entry.Key.As<PyString>().Value,
                    entry.Value["version"].As<PyInt>().TryGetInt64(out long version) ? version : -1
                )
            ),
        ];

    private static string FindFolder()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string candidate = Path.Combine(folder.FullName, "tests", "fixtures", "state_dicts");
            if (Directory.Exists(candidate))
            {
                return candidate;
            }
        }
        throw new DirectoryNotFoundException("No tests/fixtures/state_dicts above the tests.");
    }
}
