using System.Text.Json.Nodes;
using Pth.Tests;
using Pth.Tests.Oracles;
using Pth.Torch.Modules;
using TorchSharp;
using static TorchSharp.torch;

namespace Pth.Torch.Tests.Live;

/// <summary>Random networks of all layers, built the same here and in each PyTorch, and their weights carried both ways.</summary>
[Trait("Category", "Live")]
public sealed class LiveNetworkTests(TorchOracles oracles)
{
    private const int NetworksOfAllLayers = 1;
    private const double Tolerance = 2e-5;

    [Theory]
    [InlineData("1.13.1", WriterProfile.PyTorch113)]
    [InlineData("2.6.0", WriterProfile.PyTorch21)]
    [InlineData("2.14.1", WriterProfile.PyTorch27)]
    public void Networks_are_saved_to_the_byte_as_PyTorch_saves_them_and_compute_the_same(
        string version,
        WriterProfile profile
    )
    {
        TorchOracle oracle = oracles.Get(version);
        using SharedFolder folder = oracle.CreateFolder();
        foreach (string name in new[] { "ours", "again", "theirs", "resaved", "outputs" })
        {
            Directory.CreateDirectory(folder[name]);
        }
        var options = new WriteOptions { Profile = profile, Durability = Durability.Kernel };
        List<RandomNetwork> networks = MakeNetworks((int)profile);
        var recipes = new JsonObject();
        // Not the process's own, which other tests draw from at the same time.
        using var numbers = new Generator((ulong)profile, CPU);
        for (int i = 0; i < networks.Count; i++)
        {
            recipes.Add($"{i}.pth", networks[i].Recipe);
            Fill(networks[i].Module, numbers);
            networks[i].Module.SaveCheckpoint(folder[$"ours/{i}.pth"], options);
        }
        File.WriteAllText(folder["recipes.json"], recipes.ToJsonString());

        oracle.Run(
            File.ReadAllText(Path.Combine(Repository.Root, "tests", "Pth.Torch.Tests", "Live", "networks.py")),
            folder.ForPython("."),
            $"{(int)profile}"
        );

        using DisposeScope scope = NewDisposeScope();
        using Checkpoint inputFile = Checkpoint.Open(folder["inputs.pth"]);
        Dictionary<string, Tensor> inputs = inputFile.StateDict.ToDictionary(
            input => input.Key,
            input => TensorOf(input.Value),
            StringComparer.Ordinal
        );
        for (int i = 0; i < networks.Count; i++)
        {
            string file = $"{i}.pth";
            SameBytes.Assert(folder[$"again/{file}"], folder[$"ours/{file}"]);
            using Checkpoint outputs = Checkpoint.Open(folder[$"outputs/{file}"]);
            AssertClose(outputs.Root["ours"], networks[i].Run(inputs));

            networks[i].Module.LoadCheckpoint(folder[$"theirs/{file}"]);
            networks[i].Module.SaveCheckpoint(folder[$"resaved/{file}"], options);
            SameBytes.Assert(folder[$"theirs/{file}"], folder[$"resaved/{file}"]);
            AssertClose(outputs.Root["theirs"], networks[i].Run(inputs));
        }
    }

    private static List<RandomNetwork> MakeNetworks(int seed)
    {
        var networks = new List<RandomNetwork>();
        var random = new Random(seed);
        for (int round = 0; round < NetworksOfAllLayers; round++)
        {
            Layer[] layers = [.. Layers.WithState, .. Layers.WithoutState];
            random.Shuffle(layers);
            networks.AddRange(layers.Chunk(20).Select(some => new RandomNetwork(random.Next(), some)));
        }
        return networks;
    }

    /// <summary>Gives every tensor numbers: some layers of TorchSharp have none at first.</summary>
    private static void Fill(nn.Module module, Generator numbers)
    {
        using IDisposable unrecorded = no_grad();
        foreach (ModuleEntry entry in ModuleWalk.State(module).Where(entry => entry.Tensor.is_floating_point()))
        {
            bool isVariance = entry.LocalName == "running_var";
            _ = isVariance ? entry.Tensor.uniform_(0.5, 2, numbers) : entry.Tensor.normal_(0, 0.3, numbers);
        }
    }

    private static Tensor TensorOf(TensorView view)
    {
        Tensor tensor = empty([.. view.Shape], view.DType == DType.Int64 ? ScalarType.Int64 : ScalarType.Float32);
        view.CopyTo(tensor.bytes);
        return tensor;
    }

    private static void AssertClose(PyValue expected, IReadOnlyList<(Layer Layer, Tensor Output)> actual)
    {
        PyList list = expected.As<PyList>();
        Assert.Equal(list.Count, actual.Count);
        var faults = new List<string>();
        for (int i = 0; i < actual.Count; i++)
        {
            TensorView view = list[i].As<PyTensor>().View;
            Assert.Equal(view.Shape, actual[i].Output.shape);
            using Tensor other = TensorOf(view);
            double difference = (other - actual[i].Output).abs().max().item<float>();
            if (!(difference <= Tolerance))
            {
                faults.Add($"{actual[i].Layer.Python} differs by {difference}");
            }
        }
        Assert.Empty(faults);
    }
}
