using System.Text.Json;
using Pth.Tests;
using Pth.Tests.Oracles;
using Pth.Torch.Tests.Loading;
using static TorchSharp.torch;

namespace Pth.Torch.Tests.Live;

/// <summary>Odd state dicts, loaded by PyTorch and here: the same names, the same messages, the same numbers.</summary>
[Trait("Category", "Live")]
public sealed class LiveLoadTests(TorchOracles oracles)
{
    [Theory]
    [MemberData(nameof(TorchOracles.Versions), MemberType = typeof(TorchOracles))]
    public void Loading_says_and_does_what_PyTorch_says_and_does(string version)
    {
        TorchOracle torch = oracles.Get(version);
        using SharedFolder folder = torch.CreateFolder();
        string code = File.ReadAllText(
            Path.Combine(Repository.Root, "tests", "Pth.Torch.Tests", "Live", "load_cases.py")
        );
        string[] lines = torch.Run(code, folder.ForPython("")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.True(lines.Length > 50);

        var differences = new List<string>();
        foreach (string line in lines)
        {
            using JsonDocument expected = JsonDocument.Parse(line);
            string name = expected.RootElement.GetProperty("case").GetString()!;
            string found = Load(folder, name, expected.RootElement, isStagedOnly: false);
            string staged = Load(folder, name, expected.RootElement, isStagedOnly: true);
            string wanted = Describe(expected.RootElement);
            if (found != wanted || staged != wanted)
            {
                differences.Add(
                    $"{name}\n  PyTorch: {wanted}\n  found:   {found}\n  staged:  {(staged == found ? "the same" : staged)}"
                );
            }
        }
        Assert.True(differences.Count == 0, string.Join("\n", differences));
    }

    private static string Load(SharedFolder folder, string name, JsonElement expected, bool isStagedOnly)
    {
        string net = expected.GetProperty("net").GetString()!;
        using nn.Module module = Networks.Create(net);
        module.LoadCheckpoint(folder[$"{net}.initial.pth"]);
        string before = Hashes(module);
        try
        {
            // The whole file is the state dict, whatever is in it.
            using var checkpoint = Checkpoint.Open(folder[$"{name}.pth"]);
            LoadResult result = module.LoadStateDict(
                StateDict.FromPython((PyDict)checkpoint.Root),
                new() { Strict = expected.GetProperty("strict").GetBoolean(), IsStagedOnly = isStagedOnly }
            );
            return $"{result}\n{Hashes(module)}";
        }
        catch (LoadStateDictException e)
        {
            // Nothing is changed by what fails.
            Assert.Equal(before, Hashes(module));
            return e.Message.Split("\n\tHint: ")[0];
        }
    }

    private static string Describe(JsonElement expected) =>
        expected.TryGetProperty("error", out JsonElement error)
            ? error.GetString()!
            : $"{expected.GetProperty("text").GetString()}\n"
                + string.Join(
                    "\n",
                    expected
                        .GetProperty("hashes")
                        .EnumerateObject()
                        .Select(hash => $"{hash.Name} {hash.Value.GetString()}")
                );

    private static string Hashes(nn.Module module) =>
        string.Join(
            "\n",
            module.ToStateDict().Select(pair => $"{pair.Key} {Convert.ToHexStringLower(pair.Value.Sha256())}")
        );
}
