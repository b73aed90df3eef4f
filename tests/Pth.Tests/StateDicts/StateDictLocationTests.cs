namespace Pth.Tests.StateDicts;

public class StateDictLocationTests
{
    private static PyValue Weights => Sample.Ordered(("fc.weight", Sample.Tensor(2, 3)), ("fc.bias", Sample.Tensor(2)));

    private static PyValue Optimizer =>
        Sample.Dict(
            ("state", new PyDict { { 0, Sample.Dict(("exp_avg", Sample.Tensor(2))) } }),
            ("param_groups", new PyList { Sample.Dict(("lr", 0.1), ("params", new PyList { 0 })) })
        );

    private static PyObject Network =>
        Sample.Module(
            "models.Net",
            Sample.Ordered(("scale", Sample.Parameter(1)), ("absent", PyNone.Value)),
            Sample.Ordered(
                (
                    "fc",
                    Sample.Module(
                        "torch.nn.modules.linear.Linear",
                        Sample.Ordered(("weight", Sample.Tensor(2, 3)), ("bias", Sample.Tensor(2))),
                        Sample.Ordered()
                    )
                ),
                ("none", PyNone.Value)
            ),
            Sample.Ordered(("kept", Sample.Tensor(1)), ("dropped", Sample.Tensor(1))),
            ("_non_persistent_buffers_set", Sample.Set("dropped")),
            ("anchors", Sample.Tensor(4))
        );

    public static TheoryData<string, PyValue> Layouts =>
        new()
        {
            { "<root>", Weights },
            { "<root>", Sample.Dict(("epoch", 1), ("weight", Sample.Tensor(1))) },
            {
                "<root>",
                Sample.Dict(("a.weight", Sample.Tensor(1)), ("a._extra_state", new PyList { Sample.Tensor(1) }))
            },
            {
                "state_dict",
                Sample.Dict(("epoch", 1), ("best", Sample.Tensor()), ("state_dict", Weights), ("optimizer", Optimizer))
            },
            { "model_state_dict", Sample.Dict(("dims", Sample.Dict(("n", 1))), ("model_state_dict", Weights)) },
            { "model", Sample.Dict(("ema", Weights), ("model", Weights)) },
            { "module", Sample.Dict(("optimizer", Optimizer), ("module", Weights)) },
            { "params_ema", Sample.Dict(("params_ema", Weights)) },
            {
                "model.state_dict",
                Sample.Dict(("model", Sample.Dict(("state_dict", Weights))), ("optimizer", Optimizer))
            },
            {
                "model.generator",
                Sample.Dict(("model", Sample.Dict(("generator", Weights), ("discriminator", Weights))))
            },
            { "ema", Sample.Dict(("epoch", 3), ("model", PyNone.Value), ("ema", Network)) },
            { "netG", Sample.Dict(("netG", Weights), ("optimizer", Optimizer), ("epoch", 1)) },
            { "[0]", new PyTuple(Weights, Optimizer) },
            { "<root>", Sample.Dict(("weight", Sample.Tensor(1)), ("optimizer", Optimizer)) },
            { "<root>", Network },
        };

    [Theory]
    [MemberData(nameof(Layouts), DisableDiscoveryEnumeration = true)]
    public void The_state_dict_is_found_where_training_scripts_put_it(string path, PyValue root)
    {
        StateDictLocation location = StateDictLocation.Find(root);

        Assert.Equal(path, location.Path);
        Assert.NotEmpty(location.Read());
        Assert.Equal(path, StateDictLocation.At(root, path).Path);
    }

    [Fact]
    public void A_whole_module_gives_the_names_of_its_state_dict_detached()
    {
        StateDictLocation location = StateDictLocation.Find(Sample.Dict(("ema", Network)));
        StateDict state = location.Read();

        Assert.True(location.IsModule);
        Assert.Equal(["scale", "kept", "fc.weight", "fc.bias"], state.Keys);
        Assert.False(state["scale"].IsParameter);
        Assert.False(state["scale"].RequiresGrad);
        Assert.Null(state.Metadata);
        Assert.Throws<InvalidOperationException>(() => location.Replace(state));
    }

    public static TheoryData<string, PyValue> Others =>
        new()
        {
            { "found a lone tensor float32 [2, 3]", Sample.Tensor(2, 3) },
            {
                "found list of 3 with tensors at [0], [2]",
                new PyList { Sample.Tensor(1), 1, Sample.Tensor(1) }
            },
            { "found dict of 1 without tensors", Sample.Dict(("epoch", 1)) },
            { "found the state of an optimizer with tensors at state.0.exp_avg", Optimizer },
            { "found 2 state dicts (netG, netD)", Sample.Dict(("netG", Weights), ("netD", Weights)) },
        };

    [Theory]
    [MemberData(nameof(Others), DisableDiscoveryEnumeration = true)]
    public void Where_there_is_none_the_error_says_what_there_is(string message, PyValue root)
    {
        var error = Assert.Throws<CheckpointException>(() => StateDictLocation.Find(root));

        Assert.Equal(CheckpointErrorKind.NoStateDict, error.Kind);
        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_path_can_be_given_where_several_are()
    {
        PyDict root = Sample.Dict(
            ("netG", Weights),
            ("netD", Weights),
            ("a", new PyList { 1, Sample.Dict(("b.c", Weights)) })
        );

        Assert.Equal("netD", StateDictLocation.At(root, "netD").Path);
        Assert.Equal(["fc.weight", "fc.bias"], StateDictLocation.At(root, "a[1].b.c").Read().Keys);
        Assert.Throws<CheckpointException>(() => StateDictLocation.At(root, "net"));
        Assert.Throws<CheckpointException>(() => StateDictLocation.At(root, "a"));
        Assert.Throws<CheckpointException>(() => StateDictLocation.At(root, "a[0]"));
    }

    [Fact]
    public void Another_state_dict_takes_its_place_and_the_rest_stays()
    {
        PyDict root = Sample.Dict(
            ("epoch", 1),
            ("model", Sample.Dict(("state_dict", Weights))),
            ("optimizer", Optimizer)
        );
        PyValue key = root["model"].As<PyDict>().GetAt(0).Key;
        StateDictLocation location = StateDictLocation.Find(root);

        PyValue replaced = location.Replace(location.Read().WithPrefix("module."));

        Assert.Same(root, replaced);
        Assert.Same(key, root["model"].As<PyDict>().GetAt(0).Key);
        Assert.Equal(["module.fc.weight", "module.fc.bias"], StateDictLocation.Find(root).Read().Keys);
        Assert.Equal(3, root.Count);
    }

    [Fact]
    public void A_root_is_replaced_by_a_new_one()
    {
        PyValue root = Weights;
        StateDictLocation location = StateDictLocation.Find(root);

        PyValue replaced = location.Replace(location.Read().WithPrefix("x."));

        Assert.NotSame(root, replaced);
        Assert.Equal(["x.fc.weight", "x.fc.bias"], StateDictLocation.Find(replaced).Read().Keys);
    }

    [Fact]
    public void A_dictionary_under_every_known_name_is_looked_through_once()
    {
        PyDict entries = [];
        for (int i = 0; i < 200_000; i++)
        {
            entries.Add(i, i);
        }
        PyDict root = entries;
        for (int depth = 0; depth < 4; depth++)
        {
            PyDict outer = [];
            foreach (string name in StateDictLocation.ContainerNames)
            {
                outer.Add(name, root);
            }
            root = outer;
        }
        root.Add("x", new PyList { Sample.Tensor(1) });

        var clock = System.Diagnostics.Stopwatch.StartNew();
        Assert.Throws<CheckpointException>(() => StateDictLocation.Find(root));
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(60));
    }
}
