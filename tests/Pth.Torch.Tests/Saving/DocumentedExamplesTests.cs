using Pth.Tests;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Pth.Torch.Tests.Saving;

/// <summary>The examples of docs/torchsharp.md, section Saving.</summary>
public sealed class DocumentedExamplesTests
{
    [Fact]
    public void A_module_a_state_dict_and_a_checkpoint_are_saved()
    {
        using Module net = Sequential(("body", Linear(2, 3)), ("head", Linear(3, 1)));
        using var folder = new TemporaryFolder();
        string In(string name) => Path.Combine(folder.Path, name);

        net.SaveCheckpoint(In("net.pth"));

        StateDict state = net.ToStateDict();
        state.Remove("head.bias");
        Checkpoint.Save(In("headless.pth"), state);

        Checkpoint.Save(
            In("checkpoint.pth"),
            new PyDict
            {
                ["epoch"] = 3,
                ["best"] = 0.25,
                ["model"] = net.ToStateDict(),
                ["history"] = new PyList { 1.5, 1.25 },
            }
        );

        using Checkpoint headless = Checkpoint.Open(In("headless.pth"));
        using Checkpoint checkpoint = Checkpoint.Open(In("checkpoint.pth"));
        Assert.Equal(["body.weight", "body.bias", "head.weight"], headless.StateDict.Keys);
        Assert.Equal("3", checkpoint.Root["epoch"].Describe());
        Assert.Equal(4, checkpoint.StateDict.Count);
        Assert.Empty(net.LoadCheckpoint(In("checkpoint.pth")).MissingKeys);
    }

    [Fact]
    public void Two_modules_in_one_file_share_what_they_share_in_memory()
    {
        using TorchSharp.Modules.Linear generator = Linear(2, 2);
        using TorchSharp.Modules.Linear discriminator = Linear(2, 2, hasBias: false);
        discriminator.weight = generator.weight;
        using var folder = new TemporaryFolder();

        var storages = new SharedStorages();
        SaveSummary summary = Checkpoint.Save(
            Path.Combine(folder.Path, "pair.pth"),
            new PyDict
            {
                ["generator"] = generator.ToStateDict(storages),
                ["discriminator"] = discriminator.ToStateDict(storages),
            }
        );

        Assert.Equal(2, summary.StorageCount);
    }
}
