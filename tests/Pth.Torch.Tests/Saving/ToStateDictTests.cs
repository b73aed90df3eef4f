using System.IO.Compression;
using Pth.Tests;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Pth.Torch.Tests.Saving;

public sealed class ToStateDictTests
{
    [Fact]
    public void Entries_are_plain_tensors_of_an_ordered_dictionary_with_versions()
    {
        using Sequential net = Sequential(Linear(2, 3), BatchNorm1d(3), ReLU());

        StateDict state = net.ToStateDict();

        Assert.True(state.ToPython().IsOrdered);
        Assert.All(state.Values, tensor => Assert.True(tensor is { RequiresGrad: false, IsParameter: false }));
        Assert.Equal(
            [("", "1"), ("0", "1"), ("1", "2"), ("2", "1")],
            state.Metadata!.Select(module => (module.Key.As<PyString>().Value, module.Value["version"].Describe()))
        );
    }

    [Fact]
    public void The_module_keeps_its_gradients()
    {
        using Linear linear = Linear(2, 2);

        linear.ToStateDict();

        Assert.True(linear.weight.requires_grad);
    }

    [Fact]
    public void Tied_parameters_are_two_tensors_on_one_storage()
    {
        using Linear linear = Linear(2, 2);
        using Sequential net = Sequential(linear, ReLU(), linear);

        StateDict state = net.ToStateDict();

        Assert.NotSame(state["0.weight"], state["2.weight"]);
        Assert.Same(state["0.weight"].Storage, state["2.weight"].Storage);
    }

    [Fact]
    public void Two_modules_can_share_storages_in_one_file()
    {
        using Linear first = Linear(2, 2);
        using Linear second = Linear(2, 2, hasBias: false);
        second.weight = first.weight;
        var storages = new SharedStorages();

        StateDict firstState = first.ToStateDict(storages);
        StateDict secondState = second.ToStateDict(storages);

        Assert.Same(firstState["weight"].Storage, secondState["weight"].Storage);
    }

    [Fact]
    public void Storages_are_stored_without_compression()
    {
        using Linear linear = Linear(64, 64);
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "net.pth");

        SaveSummary summary = linear.SaveCheckpoint(path);

        using ZipArchive zip = ZipFile.OpenRead(path);
        Assert.Equal(2, summary.StorageCount);
        Assert.All(zip.Entries, entry => Assert.Equal(entry.Length, entry.CompressedLength));
    }

    [Fact]
    public void Saving_over_a_longer_file_leaves_nothing_of_it()
    {
        using Linear large = Linear(100, 100);
        using Linear small = Linear(2, 2);
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "net.pth");
        string alone = Path.Combine(folder.Path, "alone.pth");

        large.SaveCheckpoint(path);
        small.SaveCheckpoint(path);
        small.SaveCheckpoint(alone, new WriteOptions { ArchiveName = "net" });

        Assert.Equal(File.ReadAllBytes(alone), File.ReadAllBytes(path));
    }

    [Fact]
    public void A_failed_save_leaves_the_old_file()
    {
        using Linear linear = Linear(2, 2);
        using var folder = new TemporaryFolder();
        string path = folder.Write("net.pth", [1, 2, 3]);
        using var stop = new CancellationTokenSource();
        stop.Cancel();

        Assert.ThrowsAny<OperationCanceledException>(() =>
            linear.SaveCheckpoint(path, new WriteOptions { CancellationToken = stop.Token })
        );

        Assert.Equal([1, 2, 3], File.ReadAllBytes(path));
    }
}
