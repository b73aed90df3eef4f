using System.Text.Json;
using Pth.Tests.Formats;
using static TorchSharp.torch;

namespace Pth.Torch.Tests.Loading;

/// <summary>The files that TorchSharp and TorchSharp.PyBridge test themselves with: <c>shared/fixtures</c> beside the project.</summary>
public sealed class SharedModuleTests
{
    private static readonly string[] Repositories = ["dotnet/TorchSharp", "shaltielshmid/TorchSharp.PyBridge"];

    [Fact]
    public void Every_state_dict_loads_into_a_module_of_its_shapes()
    {
        Assert.SkipWhen(SharedFixtures.Folder is null, "The folder shared/fixtures is not beside the project.");
        Dictionary<string, JsonElement> golden = File.ReadLines(Path.Combine(SharedFixtures.Folder!, "GOLDEN.jsonl"))
            .Select(line => JsonDocument.Parse(line).RootElement)
            .Where(line => line.TryGetProperty("repo", out JsonElement repo) && Repositories.Contains(repo.GetString()))
            .ToDictionary(line => line.GetProperty("path").GetString()!, StringComparer.Ordinal);
        var loaded = new List<string>();
        foreach (string repository in Repositories)
        {
            string folder = Path.Combine(
                SharedFixtures.Folder!,
                repository.Replace("/", "__", StringComparison.Ordinal)
            );
            foreach (string file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
            {
                if (Load(file, golden.GetValueOrDefault(Path.GetRelativePath(folder, file))))
                {
                    loaded.Add(Path.GetFileName(file));
                }
            }
        }
        Assert.Contains("module_load.pth", loaded);
        Assert.Contains("module_load.safetensors", loaded);
        Assert.Contains("bug510.dat", loaded);
        Assert.Contains("linrelu.script.dat", loaded);
    }

    private static bool Load(string file, JsonElement golden)
    {
        StateDict state;
        Checkpoint checkpoint;
        try
        {
            checkpoint = Checkpoint.Open(file);
        }
        catch (CheckpointException)
        {
            // Optimizers in TorchSharp's own format.
            return false;
        }
        using (checkpoint)
        {
            try
            {
                state = checkpoint.StateDict;
            }
            catch (CheckpointException e) when (e.Kind == CheckpointErrorKind.NoStateDict)
            {
                return false;
            }
            using var module = new Shaped(state);
            LoadResult result = module.LoadCheckpoint(file);
            Assert.Equal([.. state.Keys], result.LoadedKeys.ToHashSet(StringComparer.Ordinal));
            foreach ((string name, TensorView view) in module.ToStateDict())
            {
                Assert.Equal(state[name].Sha256(), view.Sha256());
                if (
                    golden.ValueKind == JsonValueKind.Object
                    && golden.TryGetProperty("tensors", out JsonElement tensors)
                    && tensors.TryGetProperty(name, out JsonElement expected)
                )
                {
                    Assert.Equal(expected.GetProperty("sha256").GetString(), Convert.ToHexStringLower(view.Sha256()));
                }
            }
            return true;
        }
    }

    /// <summary>A module with tensors of the names and shapes of a state dict.</summary>
    private sealed class Shaped : nn.Module
    {
        public Shaped(StateDict state)
            : base(nameof(Shaped))
        {
            foreach (IGrouping<string, KeyValuePair<string, TensorView>> child in state.GroupBy(pair => Head(pair.Key)))
            {
                if (child.First().Key == child.Key)
                {
                    TensorView view = child.First().Value;
                    register_buffer(
                        child.Key,
                        zeros([.. view.Shape], Pth.Torch.Tensors.ScalarTypes.Find(view.DType)!.Value)
                    );
                    continue;
                }
                var below = new StateDict();
                foreach ((string name, TensorView view) in child)
                {
                    below[name[(child.Key.Length + 1)..]] = view;
                }
                register_module(child.Key, new Shaped(below));
            }
        }

        private static string Head(string name) => name.Split('.')[0];
    }
}
