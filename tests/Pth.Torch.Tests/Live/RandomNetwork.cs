using System.Text.Json.Nodes;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pth.Torch.Tests.Live;

/// <summary>A network of random layers in random containers, and the recipe by which <c>networks.py</c> builds the same.</summary>
internal sealed class RandomNetwork
{
    private readonly Random _random;
    private readonly Queue<Layer> _layers;
    private readonly List<(Layer Layer, nn.Module Module)> _leaves = [];

    /// <param name="seed">Decides about everything.</param>
    /// <param name="layers">The layers to put in.</param>
    public RandomNetwork(int seed, IEnumerable<Layer> layers)
    {
        _random = new Random(seed);
        _layers = new Queue<Layer>(layers);
        (Module, Recipe) = MakeBlock(depth: 0);
    }

    public nn.Module Module { get; }

    public JsonObject Recipe { get; }

    /// <summary>What each layer that can be run gives for its input, in the order of the network.</summary>
    public IReadOnlyList<(Layer Layer, Tensor Output)> Run(IReadOnlyDictionary<string, Tensor> inputs)
    {
        Module.eval();
        using IDisposable unrecorded = no_grad();
        return
        [
            .. _leaves
                .Where(leaf => leaf.Layer.Input is not null)
                .Select(leaf => (leaf.Layer, leaf.Layer.RunOn(leaf.Module, inputs[leaf.Layer.Input!]))),
        ];
    }

    private (nn.Module Module, JsonObject Recipe) MakeChild(int depth)
    {
        if (depth < 4 && _random.Next(3) == 0)
        {
            return _random.Next(5) switch
            {
                0 => MakeSequential(),
                1 => MakeList(depth),
                2 => MakeDictionary(depth),
                3 => MakeRepeated(),
                _ => MakeBlock(depth + 1),
            };
        }
        return MakeLeaf(_layers.Dequeue());
    }

    private (nn.Module Module, JsonObject Recipe) MakeLeaf(Layer layer)
    {
        nn.Module module = layer.Make();
        _leaves.Add((layer, module));
        var recipe = new JsonObject
        {
            ["kind"] = "layer",
            ["python"] = layer.Python,
            ["input"] = layer.Input,
            ["run"] = layer.PythonRun,
        };
        return (module, recipe);
    }

    // The root, and what people write: modules under names, with parameters and buffers of its own.
    private (nn.Module Module, JsonObject Recipe) MakeBlock(int depth)
    {
        var block = new Block();
        var children = new JsonArray();
        bool isRoot = depth == 0;
        for (int i = 0; _layers.Count > 0 && (isRoot || i < 3); i++)
        {
            (nn.Module child, JsonObject recipe) = MakeChild(depth);
            string name = $"{(char)('a' + _random.Next(26))}_{i}";
            block.register_module(name, child);
            children.Add(new JsonArray(name, recipe));
        }
        bool isTied = _random.Next(2) == 0;
        if (isTied)
        {
            block.Tie();
        }
        return (
            block,
            new JsonObject
            {
                ["kind"] = "block",
                ["children"] = children,
                ["tied"] = isTied,
            }
        );
    }

    private (nn.Module Module, JsonObject Recipe) MakeSequential()
    {
        var modules = new List<nn.Module<Tensor, Tensor>>();
        var children = new JsonArray();
        while (_layers.TryPeek(out Layer? layer) && layer.Make() is nn.Module<Tensor, Tensor> && layer.Run is null)
        {
            (nn.Module child, JsonObject recipe) = MakeLeaf(_layers.Dequeue());
            children.Add(new JsonArray($"{modules.Count}", recipe));
            modules.Add((nn.Module<Tensor, Tensor>)child);
        }
        return (nn.Sequential(modules), new JsonObject { ["kind"] = "sequential", ["children"] = children });
    }

    // One layer under two names.
    private static (nn.Module Module, JsonObject Recipe) MakeRepeated()
    {
        Linear linear = nn.Linear(8, 8);
        return (nn.Sequential(linear, nn.Tanh(), linear), new JsonObject { ["kind"] = "repeated" });
    }

    private (nn.Module Module, JsonObject Recipe) MakeList(int depth)
    {
        var list = new ModuleList<nn.Module>();
        var children = new JsonArray();
        for (int i = 0; i < 3 && _layers.Count > 0; i++)
        {
            (nn.Module child, JsonObject recipe) = MakeChild(depth + 1);
            list.Add(child);
            children.Add(new JsonArray($"{i}", recipe));
        }
        return (list, new JsonObject { ["kind"] = "list", ["children"] = children });
    }

    private (nn.Module Module, JsonObject Recipe) MakeDictionary(int depth)
    {
        var dictionary = new ModuleDict<nn.Module>();
        var children = new JsonArray();
        for (int i = 0; i < 2 && _layers.Count > 0; i++)
        {
            (nn.Module child, JsonObject recipe) = MakeChild(depth + 1);
            string name = $"k{9 - i}";
            dictionary.Add(name, child);
            children.Add(new JsonArray(name, recipe));
        }
        return (dictionary, new JsonObject { ["kind"] = "dict", ["children"] = children });
    }

    private sealed class Block : nn.Module
    {
        public Block()
            : base("Block")
        {
            register_buffer("count", tensor(3L));
            register_buffer("cache", zeros(2), persistent: false);
            register_parameter("scale", new Parameter(ones(1)));
        }

        /// <summary>Adds an embedding and a linear layer that share their weight.</summary>
        public void Tie()
        {
            Linear decoder = nn.Linear(4, 10);
            Embedding encoder = nn.Embedding(10, 4);
            decoder.weight = encoder.weight!;
            register_module("encoder", encoder);
            register_module("decoder", decoder);
        }
    }
}
