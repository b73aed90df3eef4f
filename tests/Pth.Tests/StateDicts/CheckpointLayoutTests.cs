namespace Pth.Tests.StateDicts;

public class CheckpointLayoutTests
{
    private static PyValue Weights => Sample.Ordered(("fc.weight", Sample.Tensor(2, 3)));

    private static PyObject Network =>
        Sample.Module("models.yolo.Model", Sample.Ordered(("w", Sample.Tensor(1))), Sample.Ordered());

    private static PyValue Sgd =>
        Sample.Dict(
            ("state", new PyDict { { 0, Sample.Dict(("momentum_buffer", Sample.Tensor(2))) } }),
            (
                "param_groups",
                new PyList
                {
                    Sample.Dict(("lr", 1e-5), ("momentum", 0.9), ("nesterov", false), ("params", new PyList { 0, 1 })),
                    Sample.Dict(("lr", 0.2), ("params", new PyList { 2 })),
                }
            )
        );

    public static TheoryData<CheckpointLayoutKind, string, PyValue> Layouts =>
        new()
        {
            { CheckpointLayoutKind.StateDict, "state dict", Weights },
            {
                CheckpointLayoutKind.Training,
                "training checkpoint, state dict under model",
                Sample.Dict(("epoch", 1), ("model", Weights))
            },
            {
                CheckpointLayoutKind.Lightning,
                "Lightning checkpoint 2.1.0, state dict under state_dict",
                Sample.Dict(("epoch", 1), ("pytorch-lightning_version", "2.1.0"), ("state_dict", Weights))
            },
            {
                CheckpointLayoutKind.Ultralytics,
                "Ultralytics checkpoint, whole pickled module under ema",
                Sample.Dict(("epoch", 1), ("model", PyNone.Value), ("ema", Network), ("updates", 3))
            },
            {
                CheckpointLayoutKind.Timm,
                "timm checkpoint, state dict under state_dict",
                Sample.Dict(
                    ("epoch", 1),
                    ("arch", "resnet50"),
                    ("state_dict", Weights),
                    ("version", 2),
                    ("args", PyNone.Value)
                )
            },
            {
                CheckpointLayoutKind.Whisper,
                "Whisper checkpoint, state dict under model_state_dict",
                Sample.Dict(("dims", Sample.Dict()), ("model_state_dict", Weights))
            },
            {
                CheckpointLayoutKind.NanoGpt,
                "nanoGPT checkpoint, state dict under model",
                Sample.Dict(("model", Weights), ("model_args", Sample.Dict()), ("iter_num", 5))
            },
            { CheckpointLayoutKind.Module, "whole pickled module models.yolo.Model", Network },
            { CheckpointLayoutKind.Optimizer, "SGD with 2 groups of 3 parameters, lr 1e-05", Sgd },
            {
                CheckpointLayoutKind.SeveralStateDicts,
                "2 state dicts: netG, netD",
                Sample.Dict(("netG", Weights), ("netD", Weights))
            },
            { CheckpointLayoutKind.Tensor, "lone tensor float32 [2]", Sample.Tensor(2) },
            {
                CheckpointLayoutKind.List,
                "list of 2",
                new PyList { Sample.Tensor(1), Sample.Tensor(1) }
            },
            { CheckpointLayoutKind.Other, "dict of 1", Sample.Dict(("x", new PyList { Sample.Tensor(1) })) },
            { CheckpointLayoutKind.NoTensors, "dict of 1 without tensors", Sample.Dict(("x", 1)) },
            { CheckpointLayoutKind.NoTensors, "None without tensors", PyNone.Value },
        };

    [Theory]
    [MemberData(nameof(Layouts), DisableDiscoveryEnumeration = true)]
    public void The_scripts_that_write_checkpoints_are_known_by_their_keys(
        CheckpointLayoutKind kind,
        string description,
        PyValue root
    )
    {
        CheckpointLayout layout = CheckpointLayout.Of(root);

        Assert.Equal((kind, description), (layout.Kind, layout.Description));
    }

    [Fact]
    public void What_stands_beside_the_state_dict_is_summed_up_in_the_order_of_the_file()
    {
        PyDict root = Sample.Dict(
            ("epoch", 12),
            ("best", 0.5),
            ("model", Sample.Dict(("state_dict", Weights), ("name", "net"))),
            ("optimizer", Sgd),
            ("scheduler", Sample.Dict(("last_epoch", 3), ("_step_count", 4))),
            ("scaler", Sample.Dict(("scale", 65536.0), ("growth_factor", 2.0))),
            ("hyper_parameters", Sample.Dict(("lr", 0.1), ("width", 4))),
            (
                "args",
                new PyObject(new PyGlobal("argparse", "Namespace"), PyTuple.Empty)
                {
                    State = Sample.Dict(("arch", "resnet"), ("batch", 8)),
                }
            ),
            ("log", new string('x', 200))
        );

        Assert.Equal(
            [
                "epoch: 12",
                "best: 0.5",
                "model.name: net",
                "optimizer: SGD with 2 groups of 3 parameters, lr 1e-05",
                "scheduler: learning-rate scheduler at epoch 3",
                "scaler: gradient scaler at scale 65536",
                "hyper_parameters: dict of 2 (lr, width)",
                "args: argparse.Namespace object (arch, batch)",
                $"log: {new string('x', 77)}...",
            ],
            CheckpointLayout.Of(root).Rest.Select(fact => $"{fact.Path}: {fact.Text}")
        );
    }

    [Fact]
    public void Entries_of_a_state_dict_that_are_no_tensors_are_the_rest()
    {
        PyDict root = Sample.Ordered(("w", Sample.Tensor(1)), ("epoch", 3));
        root.State = Sample.Dict(("_metadata", Sample.Dict()));

        CheckpointFact fact = Assert.Single(CheckpointLayout.Of(root).Rest);
        Assert.Equal(("epoch", "3"), (fact.Path, fact.Text));
    }
}
