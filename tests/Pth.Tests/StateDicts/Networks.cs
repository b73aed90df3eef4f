using System.Text.Json;

namespace Pth.Tests.StateDicts;

/// <summary>The networks of <c>tests/fixtures/state_dicts/make_networks.py</c>, as PyTorch 2.14.1 describes them.</summary>
internal sealed record Networks(
    string Text,
    IReadOnlyDictionary<string, string> Classes,
    IReadOnlyList<(string Key, long[] Shape)> Tensors,
    IReadOnlyList<(string Path, long Version)> Metadata
)
{
    public static Networks Read(string name)
    {
        using JsonDocument document = JsonDocument.Parse(
            File.ReadAllText(Path.Combine(Golden.Folder, "networks.json"))
        );
        JsonElement network = document.RootElement.GetProperty(name);
        return new(
            network.GetProperty("text").GetString()!,
            network
                .GetProperty("classes")
                .EnumerateArray()
                .ToDictionary(item => item[0].GetString()!, item => item[1].GetString()!, StringComparer.Ordinal),
            [
                .. network
                    .GetProperty("tensors")
                    .EnumerateArray()
                    .Select(item =>
                        (item[0].GetString()!, item[1].EnumerateArray().Select(size => size.GetInt64()).ToArray())
                    ),
            ],
            [
                .. network
                    .GetProperty("metadata")
                    .EnumerateArray()
                    .Select(item => (item[0].GetString()!, item[1].GetInt64())),
            ]
        );
    }

    public StateDict State(bool withMetadata)
    {
        StateDict state = Sample.State(Tensors.Select(tensor => tensor.Key), withMetadata ? Metadata : null);
        foreach ((string key, long[] shape) in Tensors)
        {
            state[key] = Sample.Tensor(shape);
        }
        return state;
    }
}
