using Pth.StateDicts;

namespace Pth.Tests.StateDicts;

public class TensorPathsTests
{
    [Fact]
    public void Keys_are_joined_by_dots_and_positions_stand_in_brackets()
    {
        var root = new PyDict
        {
            { "b", Sample.Tensor(1) },
            { 12, Sample.Dict(("x.y", Sample.Tensor(1)), ("n", 1)) },
            {
                "list",
                new PyList
                {
                    1,
                    Sample.Tensor(1),
                    new PyTuple(new PyTuple(Sample.Tensor(1)), Sample.Dict(("k", Sample.Tensor(1)))),
                }
            },
            { true, Sample.Tensor(1) },
            { PyNone.Value, Sample.Tensor(1) },
            { 0.5, Sample.Tensor(1) },
            { new PyTuple("a", 1), Sample.Tensor(1) },
            { "a", Sample.Tensor(1) },
        };

        Assert.Equal(
            ["b", "12.x.y", "list[1]", "list[2][0][0]", "list[2][1].k", "True", "None", "0.5", "('a', 1)", "a"],
            Names(root)
        );
    }

    [Fact]
    public void A_lone_tensor_is_the_root_and_a_list_has_positions_only()
    {
        Assert.Equal(["<root>"], Names(Sample.Tensor(1)));
        Assert.Equal(["[0]", "[1].x"], Names(new PyList { Sample.Tensor(1), Sample.Dict(("x", Sample.Tensor(1))) }));
        Assert.Empty(Names(1));
        Assert.Empty(Names(new PyList()));
    }

    [Fact]
    public void The_parts_of_a_sparse_tensor_stand_for_it()
    {
        TensorView sparse = TensorView.FromParts(
            TensorLayout.SparseCoo,
            DType.Float32,
            [4],
            [new("indices", Sample.Typed(DType.Int64, 1, 2)), new("values", Sample.Tensor(2))]
        );

        IReadOnlyList<NamedTensor> named = Collect(Sample.Dict(("s", sparse)));

        Assert.Equal([("s.indices", "indices"), ("s.values", "values")], named.Select(t => (t.Name, t.Part)));
        Assert.Equal(DType.Int64, named[0].Tensor.DType);
        Assert.Equal(["<root>.indices", "<root>.values"], Names(sparse));
    }

    [Fact]
    public void A_module_is_named_as_its_state_dict_and_what_that_leaves_out_follows()
    {
        PyObject module = Sample.Module(
            "models.Net",
            Sample.Ordered(("w", Sample.Tensor(1))),
            Sample.Ordered(
                (
                    "fc",
                    Sample.Module(
                        "torch.nn.modules.linear.Linear",
                        Sample.Ordered(("weight", Sample.Tensor(1))),
                        Sample.Ordered()
                    )
                )
            ),
            Sample.Ordered(("b", Sample.Tensor(1)), ("hidden", Sample.Tensor(1))),
            ("_non_persistent_buffers_set", Sample.Set("hidden")),
            ("anchors", new PyList { Sample.Tensor(1) })
        );

        Assert.Equal(["w", "b", "hidden", "fc.weight", "anchors[0]"], Names(module));
        Assert.Equal("model.fc.weight", Names(Sample.Dict(("model", module)))[3]);
    }

    [Fact]
    public void Objects_of_unknown_classes_are_walked()
    {
        var instance = new PyObject(new PyGlobal("lib", "Thing"), new PyTuple(Sample.Tensor(1)))
        {
            Items = new PyList { Sample.Tensor(1) },
            Entries = Sample.Dict(("k", Sample.Tensor(1))),
            State = new PyTuple(Sample.Dict(("attribute", Sample.Tensor(1))), Sample.Dict(("slot", Sample.Tensor(1)))),
        };
        var odd = new PyObject(new PyGlobal("lib", "Thing"), PyTuple.Empty) { State = new PyList { Sample.Tensor(1) } };

        Assert.Equal(
            ["x[0]", "x[0]", "x.k", "x.attribute", "x.slot", "odd.<state>[0]"],
            Names(Sample.Dict(("x", instance), ("odd", odd)))
        );
    }

    [Fact]
    public void A_value_met_twice_has_two_names_and_a_circle_ends()
    {
        PyDict shared = Sample.Dict(("w", Sample.Tensor(1)));
        PyDict root = Sample.Dict(("a", shared), ("b", shared));
        shared.Add("root", root);

        Assert.Equal(["a.w", "b.w"], Names(root));
    }

    [Fact]
    public void A_pickle_that_names_more_than_it_holds_is_refused()
    {
        PyValue value = Sample.Tensor(1);
        for (int i = 0; i < 40; i++)
        {
            value = new PyList { value, value };
        }

        var error = Assert.Throws<CheckpointException>(() => Names(value));
        Assert.Equal(CheckpointErrorKind.LimitExceeded, error.Kind);
    }

    [Fact]
    public void A_net_of_circles_is_refused()
    {
        PyList[] lists = [.. Enumerable.Range(0, 20).Select(_ => new PyList())];
        foreach (PyList list in lists)
        {
            foreach (PyList other in lists)
            {
                list.Add(other);
            }
        }
        lists[0].Add(Sample.Tensor(1));

        var error = Assert.Throws<CheckpointException>(() => Names(lists[0]));
        Assert.Equal(CheckpointErrorKind.LimitExceeded, error.Kind);
    }

    [Fact]
    public void A_value_without_tensors_costs_one_look_however_often_it_is_met()
    {
        PyValue value = new PyList { 1 };
        for (int i = 0; i < 60; i++)
        {
            value = new PyList { value, value };
        }

        Assert.Equal(["t"], Names(Sample.Dict(("bomb", value), ("t", Sample.Tensor(1)))));
    }

    [Fact]
    public void Names_are_as_long_as_the_limits_say_and_no_longer()
    {
        var limits = new ReadLimits { MaxNameLength = 5 };

        Assert.Single(TensorPaths.Collect(Sample.Dict(("12345", Sample.Tensor(1))), limits, default));
        var error = Assert.Throws<CheckpointException>(() =>
            TensorPaths.Collect(Sample.Dict(("123456", Sample.Tensor(1))), limits, default)
        );
        Assert.Equal(CheckpointErrorKind.LimitExceeded, error.Kind);
    }

    [Fact]
    public void Long_names_that_many_tensors_share_are_refused()
    {
        TensorView tensor = Sample.Tensor(1);
        PyDict many = [];
        for (int i = 0; i < 5_000; i++)
        {
            many.Add(i, tensor);
        }

        Assert.Equal(5_000, Names(Sample.Dict((new string('x', 200), many))).Length);
        Assert.Throws<CheckpointException>(() => Names(Sample.Dict((new string('x', 1_000), many))));
    }

    private static IReadOnlyList<NamedTensor> Collect(PyValue root) =>
        TensorPaths.Collect(root, ReadLimits.Default, default);

    private static string[] Names(PyValue root) => [.. Collect(root).Select(tensor => tensor.Name)];
}
