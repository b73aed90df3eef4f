namespace Pth.Tests.StateDicts;

public class ModuleTreeTests
{
    [Fact]
    public void A_network_is_printed_with_its_keys_beside_each_line()
    {
        StateDict state = Networks.Read("vgg").State(withMetadata: true);

        Assert.Equal(
            """
            Module(
              (features): Module(
                (0): Conv2d(3, 4, kernel_size=(3, 3))  features.0.weight [4, 3, 3, 3], .bias [4]
                (1): BatchNorm2d(4)  features.1.weight [4], .bias [4], .running_mean [4], .running_var [4], .num_batches_tracked []
                (2): no parameters (activation, pooling, dropout, ...)
                (3): Conv2d(4, 4, kernel_size=(3, 3))  features.3.weight [4, 4, 3, 3], .bias [4]
                (4): BatchNorm2d(4)  features.4.weight [4], .bias [4], .running_mean [4], .running_var [4], .num_batches_tracked []
                (5-6): no parameters (activation, pooling, dropout, ...)
                (7): Conv2d(4, 8, kernel_size=(3, 3))  features.7.weight [8, 4, 3, 3], .bias [8]
                (8): BatchNorm2d(8)  features.8.weight [8], .bias [8], .running_mean [8], .running_var [8], .num_batches_tracked []
                (9-11): no parameters (activation, pooling, dropout, ...)
              )
              (flatten): no parameters (activation, pooling, dropout, ...)
              (classifier): Linear(in_features=8, out_features=10, bias=True)  classifier.weight [10, 8], .bias [10]
            )
            """,
            Text(ModuleTree.FromStateDict(state))
        );
    }

    [Fact]
    public void Without_metadata_a_gap_in_the_numbering_shows_the_modules_without_parameters()
    {
        StateDict state = Sample.State([]);
        state["net.1.weight"] = Sample.Tensor(2, 3);
        state["net.1.bias"] = Sample.Tensor(2);
        state["net.4.weight"] = Sample.Tensor(2, 2);
        state["net.4.bias"] = Sample.Tensor(2);

        Assert.Equal(
            """
            Module(
              (net): Module(
                (0): no parameters (activation, pooling, dropout, ...)
                (1): Linear(in_features=3, out_features=2, bias=True)
                (2-3): no parameters (activation, pooling, dropout, ...)
                (4): Linear(in_features=2, out_features=2, bias=True)
              )
            )
            """,
            Text(ModuleTree.FromStateDict(state), new() { ShowKeys = false })
        );
    }

    [Fact]
    public void Equal_blocks_that_follow_one_another_are_shown_once_and_tied_weights_are_marked()
    {
        StateDict state = Networks.Read("gpt").State(withMetadata: true);
        state["lm_head.weight"] = state["wte.weight"];

        string[] lines = [.. ModuleTree.FromStateDict(state).Render().Select(line => line.Text)];

        Assert.Contains("Module(  scale [1]", lines);
        Assert.Contains("    (0-2): 3 x Module(", lines);
        Assert.Contains("      (ln_1): LayerNorm((8,))  h.{0-2}.ln_1.weight [8], .bias [8]", lines);
        Assert.Contains(
            "      (attn): MultiheadAttention(  h.{0-2}.attn.in_proj_weight [24, 8], .in_proj_bias [24]",
            lines
        );
        Assert.Contains("  (wte): Embedding(11, 8)  wte.weight [11, 8]", lines);
        Assert.Contains(
            "  (lm_head): Linear(in_features=8, out_features=11, bias=False)  lm_head.weight [11, 8] = wte.weight",
            lines
        );
        string[] unfolded =
        [
            .. ModuleTree
                .FromStateDict(state)
                .Render(new() { Folding = ModuleTreeFolding.Never })
                .Select(line => line.Text),
        ];
        Assert.Contains("      (ln_1): LayerNorm((8,))  h.2.ln_1.weight [8], .bias [8]", unfolded);
        Assert.Equal(3, unfolded.Count(line => line.Contains("(attn)", StringComparison.Ordinal)));
    }

    [Fact]
    public void Blocks_of_other_shapes_are_not_folded()
    {
        StateDict state = Sample.State([]);
        state["a.0.weight"] = Sample.Tensor(2, 2);
        state["a.1.weight"] = Sample.Tensor(2, 2);
        state["a.2.weight"] = Sample.Tensor(2, 3);
        state["a.4.weight"] = Sample.Tensor(2, 3);

        ModuleNode root = ModuleTree.FromStateDict(state).Root;
        string text = Text(new ModuleTree(root), new() { ShowKeys = false });

        Assert.Contains("(0-1): 2 x ", text, StringComparison.Ordinal);
        Assert.Contains("(2): ", text, StringComparison.Ordinal);
        Assert.Contains("(3): no parameters", text, StringComparison.Ordinal);
        Assert.Contains("(4): ", text, StringComparison.Ordinal);
    }

    public static TheoryData<string, bool> All
    {
        get
        {
            var data = new TheoryData<string, bool>();
            foreach (string name in (string[])["vgg", "resnet", "gpt", "mixed", "transformer", "parallel", "averaged"])
            {
                data.Add(name, true);
                data.Add(name, false);
            }
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void No_class_is_claimed_that_is_not_PyTorchs(string name, bool withMetadata)
    {
        var network = Networks.Read(name);
        ModuleTree tree = ModuleTree.FromStateDict(network.State(withMetadata));

        foreach (ModuleNode node in Flatten(tree.Root).Where(node => node.Kind == ModuleNodeKind.Module))
        {
            string actual = network.Classes[node.Path];
            string[] claimed =
            [
                .. node.ClassName.Split([" or ", ", "], StringSplitOptions.None).Select(c => c.Split(' ')[0]),
            ];
            Assert.True(
                node.ClassName == "Module"
                    || claimed.Contains(actual)
                    // The first is a Linear of another name, and which norm has how many dimensions is not always told.
                    || (claimed.Contains("Linear") && actual == "NonDynamicallyQuantizableLinear")
                    || (claimed.Contains("Embedding") && actual == "EmbeddingBag")
                    || claimed.Any(c =>
                        c is "BatchNorm" or "InstanceNorm" && actual.StartsWith(c, StringComparison.Ordinal)
                    ),
                $"{node.Path}: claimed {node.ClassName}, is {actual}"
            );
        }
    }

    [Theory]
    [InlineData("vgg", 0)]
    [InlineData("resnet", 0)]
    [InlineData("transformer", 0)]
    [InlineData("mixed", 0)]
    [InlineData("gpt", 0)]
    public void Every_layer_of_PyTorch_that_has_tensors_is_recognised(string name, int unknown)
    {
        var network = Networks.Read(name);
        ModuleTree tree = ModuleTree.FromStateDict(network.State(withMetadata: true));

        IEnumerable<string> missed = Flatten(tree.Root)
            .Where(node => node is { Kind: ModuleNodeKind.Module, ClassName: "Module", Children.Count: 0 })
            .Select(node => $"{node.Path}: {network.Classes[node.Path]}");
        Assert.Equal(unknown, missed.Count());
    }

    [Theory]
    [InlineData("vgg")]
    [InlineData("resnet")]
    [InlineData("gpt")]
    [InlineData("mixed")]
    public void The_metadata_shows_exactly_the_modules_that_PyTorch_prints(string name)
    {
        var network = Networks.Read(name);
        ModuleTree tree = ModuleTree.FromStateDict(network.State(withMetadata: true));

        HashSet<string> withTensors = [.. network.Tensors.SelectMany(t => Ancestors(t.Key))];
        IEnumerable<string> expected = network.Classes.Keys.Where(path =>
            path.Length > 0 && withTensors.Contains(path)
        );

        Assert.Equal(
            expected.Order(),
            Flatten(tree.Root)
                .Where(n => n is { Kind: ModuleNodeKind.Module, Path.Length: > 0 })
                .Select(n => n.Path)
                .Order()
        );
    }

    [Fact]
    public void Wrappers_are_nodes_of_their_own()
    {
        ModuleNode parallel = ModuleTree.FromStateDict(Networks.Read("parallel").State(withMetadata: true)).Root;
        Assert.Equal("DataParallel or DistributedDataParallel", parallel.ClassName);
        Assert.Equal("module", Assert.Single(parallel.Children).Name);
        Assert.Equal("module.features.0.weight", parallel.Children[0].Children[0].Children[0].Tensors[0].Key);

        Assert.Equal(
            "AveragedModel",
            ModuleTree.FromStateDict(Networks.Read("averaged").State(withMetadata: true)).Root.ClassName
        );
        Assert.Equal(
            ["OptimizedModule", "DataParallel or DistributedDataParallel", "Module"],
            Chain(ModuleTree.FromStateDict(Golden.State("compiled_parallel")).Root)
        );
        ModuleNode compiled = ModuleTree
            .FromStateDict(Sample.State(["_orig_mod.module.a.module.w", "_orig_mod.module.b.w"]))
            .Root;
        Assert.Equal("OptimizedModule", compiled.ClassName);
        Assert.Equal("Module", compiled.Children[0].Children[0].Children[0].ClassName);
    }

    [Fact]
    public void A_dictionary_of_many_tensors_has_a_line_for_each()
    {
        Assert.Equal(
            """
            Module(
              a [1]
              b [1]
              c [1]
              d [1]
              e [1]
              (x): Module(
                x.1a [1]
                x.2a [1]
                x.3a [1]
                x.4a [1]
                x.5a [1]
              )
            )
            """,
            Text(
                ModuleTree.FromStateDict(
                    Sample.State(["a", "b", "c", "d", "e", "x.1a", "x.2a", "x.3a", "x.4a", "x.5a"])
                )
            )
        );
    }

    [Fact]
    public void The_deepest_and_oddest_names_make_a_tree()
    {
        string deep = string.Join('.', Enumerable.Repeat("a", 2_000));
        ModuleTree tree = ModuleTree.FromStateDict(
            Sample.State([deep, "", ".", "a..b", "x.99999999999.w", "x.007.w", "x.2147483647.w"])
        );

        string[] keys = [.. Flatten(tree.Root).SelectMany(node => node.Tensors).Select(tensor => tensor.Key)];
        Assert.Equal(7, keys.Length);
        Assert.NotEmpty(tree.Render());
    }

    private static IEnumerable<string> Ancestors(string key)
    {
        for (int dot = key.IndexOf('.'); dot >= 0; dot = key.IndexOf('.', dot + 1))
        {
            yield return key[..dot];
        }
    }

    private static IEnumerable<string> Chain(ModuleNode node) =>
        node.Children is [{ Name: "_orig_mod" or "module" } only] ? [node.ClassName, .. Chain(only)] : [node.ClassName];

    private static IEnumerable<ModuleNode> Flatten(ModuleNode node) => [node, .. node.Children.SelectMany(Flatten)];

    private static string Text(ModuleTree tree, ModuleTreeOptions? options = null) =>
        string.Join('\n', tree.Render(options).Select(line => line.Text));
}
