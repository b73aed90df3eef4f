using Pth.Torch.Modules;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Pth.Torch.Tests.Modules;

public sealed class ModuleWalkTests
{
    [Fact]
    public void A_module_comes_before_its_children_and_its_parameters_before_its_buffers()
    {
        using var net = new Mixed();

        Assert.Equal(
            [
                "scale",
                "count",
                "block.0.weight",
                "block.0.bias",
                "block.1.weight",
                "block.1.bias",
                "block.1.running_mean",
                "block.1.running_var",
                "block.1.num_batches_tracked",
                "head.weight",
            ],
            ModuleWalk.State(net).Select(entry => entry.Name)
        );
        Assert.Equal(
            ["", "block", "block.0", "block.1", "head"],
            ModuleWalk.Tree(net).SelfAndDescendants().Select(module => module.Path)
        );
    }

    [Fact]
    public void A_buffer_that_is_not_persistent_is_met_and_is_no_part_of_the_state()
    {
        using var net = new Mixed();

        ModuleEntry cache = Assert.Single(ModuleWalk.All(net), entry => !entry.IsPersistent);
        Assert.Equal("cache", cache.Name);
        Assert.Equal(ModuleEntryKind.NonPersistentBuffer, cache.Kind);
    }

    [Fact]
    public void A_module_that_a_sequential_has_twice_comes_under_both_names()
    {
        using Linear linear = Linear(2, 2);
        using Sequential net = Sequential(linear, ReLU(), linear);

        Assert.Equal(["0.weight", "0.bias", "2.weight", "2.bias"], ModuleWalk.State(net).Select(entry => entry.Name));
    }

    [Fact]
    public void A_parameter_that_a_module_has_twice_comes_under_both_names()
    {
        using var net = new Tied();

        Assert.Equal(["first", "second"], ModuleWalk.State(net).Select(entry => entry.Name));
    }

    [Fact]
    public void Lists_and_dictionaries_need_no_parent_to_be_walked()
    {
        using ModuleList<Linear> list = ModuleList(Linear(1, 1, hasBias: false));
        list.Add(Linear(1, 1, hasBias: false));
        using ModuleDict<Linear> dictionary = ModuleDict(("b", Linear(1, 1)), ("a", Linear(1, 1)));
        using var parameters = new ParameterDict { { "z", new Parameter(zeros(1)) }, { "a", new Parameter(zeros(1)) } };

        Assert.Equal(["0.weight", "1.weight"], ModuleWalk.State(list).Select(entry => entry.Name));
        Assert.Equal(
            ["b.weight", "b.bias", "a.weight", "a.bias"],
            ModuleWalk.State(dictionary).Select(entry => entry.Name)
        );
        Assert.Equal(["z", "a"], ModuleWalk.State(parameters).Select(entry => entry.Name));
    }

    [Fact]
    public void A_list_that_has_moved_to_another_type_gives_the_parameters_that_it_has_now()
    {
        using var list = new ParameterList(new Parameter(zeros(1)));
        list.to(ScalarType.Float64);

        Assert.Equal(ScalarType.Float64, Assert.Single(ModuleWalk.State(list)).Tensor.dtype);
    }

    [Fact]
    public void A_transformer_shows_the_modules_that_it_hides()
    {
        using TransformerEncoderLayer layer = TransformerEncoderLayer(4, 2, 8);

        WalkedModule tree = ModuleWalk.Tree(layer);

        Assert.Equal(
            [
                "",
                "self_attn",
                "self_attn.out_proj",
                "linear1",
                "dropout",
                "linear2",
                "norm1",
                "norm2",
                "dropout1",
                "dropout2",
            ],
            tree.SelfAndDescendants().Select(module => module.Path)
        );
        Assert.Equal(
            layer.named_parameters().Select(parameter => parameter.name),
            ModuleWalk.State(layer).Select(entry => entry.Name)
        );
        Assert.Equal("LayerNorm", tree.Children.Single(child => child.Path == "norm2").HiddenClass);
    }

    private sealed class Mixed : Module<Tensor, Tensor>
    {
        private readonly Parameter _scale = new(ones(1));
        private readonly Sequential _block = Sequential(Linear(2, 3), BatchNorm1d(3));

        public Mixed()
            : base("Mixed")
        {
            register_module("block", _block);
            register_buffer("cache", zeros(4), persistent: false);
            register_module("head", Linear(3, 1, hasBias: false));
            register_buffer("count", zeros(1));
            register_parameter("scale", _scale);
        }

        // The fields are registered, and under PyTorch's names.
        protected override void RegisterComponents() { }

        public override Tensor forward(Tensor input) => _block.call(input);
    }

    private sealed class Tied : Module<Tensor, Tensor>
    {
        public Tied()
            : base("Tied")
        {
            var parameter = new Parameter(ones(1));
            register_parameter("first", parameter);
            register_parameter("second", parameter);
        }

        public override Tensor forward(Tensor input) => input;
    }
}
