using Pth.Tests;
using Pth.Tests.Oracles;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pth.Torch.Tests.Live;

/// <summary>What was saved wrongly from TorchSharp before: views, shared memory, more than a state dict.</summary>
[Trait("Category", "Live")]
public sealed class LiveSaveTests(TorchOracles oracles)
{
    [Theory]
    [InlineData("1.13.1", WriterProfile.PyTorch113)]
    [InlineData("2.6.0", WriterProfile.PyTorch21)]
    [InlineData("2.14.1", WriterProfile.PyTorch27)]
    public void Views_and_whole_checkpoints_are_what_PyTorch_saves_to_the_byte(string version, WriterProfile profile)
    {
        TorchOracle oracle = oracles.Get(version);
        using SharedFolder folder = oracle.CreateFolder();
        Directory.CreateDirectory(folder["ours"]);
        Directory.CreateDirectory(folder["theirs"]);
        var options = new WriteOptions { Profile = profile, Durability = Durability.Kernel };
        bool isOld = profile == WriterProfile.PyTorch113;
        using DisposeScope scope = NewDisposeScope();

        new Views(withConjugate: !isOld).SaveCheckpoint(folder["ours/views.pth"], options);
        var checkpoint = new PyDict
        {
            ["epoch"] = 3,
            ["best"] = 0.25,
            ["model"] = Count(0).ToStateDict(),
            ["ema"] = Count(100).ToStateDict(),
            ["history"] = new PyList { 1.5, PyNone.Value, true, "text" },
            ["optimizer"] = new PyDict
            {
                ["state"] = new PyDict { [new PyInt(0)] = new PyDict { ["step"] = tensor(5f).ToTensorView() } },
                ["param_groups"] = new PyList
                {
                    new PyDict
                    {
                        ["lr"] = 0.1,
                        ["betas"] = new PyTuple(new PyFloat(0.9), new PyFloat(0.999)),
                        ["params"] = new PyList { 0, 1 },
                    },
                },
            },
        };
        Checkpoint.Save(folder["ours/checkpoint.pth"], checkpoint, options);
        var sparse = new Holder(
            "edges",
            tensor(
                    new float[,]
                    {
                        { 0, 5 },
                        { 0, 0 },
                    }
                )
                .to_sparse()
        );
        sparse.SaveCheckpoint(folder["ours/sparse.pth"], options);
        var meta = new Holder("weight", zeros([2, 3], device: META));
        meta.SaveCheckpoint(folder["ours/meta.pth"], options);

        oracle.Run(
            File.ReadAllText(Path.Combine(Repository.Root, "tests", "Pth.Torch.Tests", "Live", "saved_modules.py")),
            folder.ForPython("."),
            isOld ? "old" : "new"
        );

        SameBytes.Assert(folder["theirs/views.pth"], folder["ours/views.pth"]);
        SameBytes.Assert(folder["theirs/checkpoint.pth"], folder["ours/checkpoint.pth"]);
    }

    private static Sequential Count(float start)
    {
        Sequential network = nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2));
        using IDisposable unrecorded = no_grad();
        foreach ((_, Tensor tensor) in network.state_dict())
        {
            if (tensor.is_floating_point())
            {
                tensor.copy_(arange(tensor.numel(), tensor.dtype).reshape(tensor.shape) + start);
            }
        }
        return network;
    }

    private sealed class Views : nn.Module
    {
        public Views(bool withConjugate)
            : base("Views")
        {
            Tensor whole = arange(12, ScalarType.Float32).reshape(3, 4);
            register_parameter("turned", new Parameter(whole.t()));
            register_buffer("row", whole[1]);
            register_buffer("column", whole[TensorIndex.Colon, 2]);
            register_buffer("wide", ones(1).expand(4));
            Tensor last = empty_strided([1, 2, 3, 4], [24, 1, 8, 2]);
            last.copy_(arange(24, ScalarType.Float32).reshape(1, 2, 3, 4));
            register_buffer("last", last);
            register_buffer("none", zeros(0, 3));
            register_buffer("numbers", quantize_per_tensor(tensor([-1f, 0f, 2f]), 0.5, 10, ScalarType.QUInt8));
            Tensor numbers = complex(tensor([1f, 2f]), tensor([3f, 4f]));
            register_buffer("waves", numbers);
            if (withConjugate)
            {
                register_buffer("turned_waves", numbers.conj());
            }
        }
    }

    private sealed class Holder : nn.Module
    {
        public Holder(string name, Tensor tensor)
            : base("Holder") => register_buffer(name, tensor);
    }
}
