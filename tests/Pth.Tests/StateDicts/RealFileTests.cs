namespace Pth.Tests.StateDicts;

/// <summary>What PyTorch 2.14.1 wrote, read through the door.</summary>
public class RealFileTests
{
    [Fact]
    public void The_state_dict_of_a_DataParallel_network_is_found_and_repaired_as_PyTorch_repairs_it()
    {
        using var checkpoint = Checkpoint.Open(Path.Combine(Golden.Folder, "parallel.pth"));

        StateDict repaired = checkpoint.StateDict.WithoutPrefix("module.");

        Assert.Equal("<root>", checkpoint.StateDictPath);
        Assert.Equal(Golden.Read("parallel").Names, checkpoint.StateDict.Keys);
        Assert.Equal(Golden.Read("consumed").Names, repaired.Keys);
        Assert.Equal(Golden.Read("consumed").Metadata, Golden.MetadataOf(repaired));
    }

    [Fact]
    public void A_whole_module_has_the_names_of_its_state_dict_and_its_hidden_buffers_are_listed_too()
    {
        using var checkpoint = Checkpoint.Open(Path.Combine(Golden.Folder, "whole_module.pth"));

        Assert.Equal(Golden.Read("plain").Names, checkpoint.StateDict.Keys);
        Assert.Contains(checkpoint.Tensors, tensor => tensor.Name == "dropped");
        Assert.Equal(Golden.Read("plain").Names.Length + 1, checkpoint.Tensors.Count);
        Assert.Equal(CheckpointLayoutKind.Module, CheckpointLayout.Of(checkpoint.Root).Kind);
    }

    [Theory]
    [InlineData("vgg")]
    [InlineData("resnet")]
    [InlineData("gpt")]
    [InlineData("mixed")]
    [InlineData("transformer")]
    [InlineData("parallel")]
    [InlineData("averaged")]
    public void A_pickled_network_is_printed_as_PyTorch_prints_it(string name)
    {
        using var checkpoint = Checkpoint.Open(Path.Combine(Golden.Folder, "networks.pth"));
        var network = Networks.Read(name);
        StateDictLocation location = StateDictLocation.At(checkpoint.Root, name);

        var options = new ModuleTreeOptions { Folding = ModuleTreeFolding.ModuleLists, ShowKeys = false };
        string text = string.Join('\n', ModuleTree.FromLocation(location).Render(options).Select(line => line.Text));

        Assert.Equal(network.Text, text);
        Assert.Equal(network.Tensors.Select(tensor => tensor.Key), location.Read().Keys);
    }

    [Fact]
    public void Tied_weights_of_a_pickled_network_are_marked()
    {
        using var checkpoint = Checkpoint.Open(Path.Combine(Golden.Folder, "networks.pth"));

        ModuleTree tree = ModuleTree.FromLocation(StateDictLocation.At(checkpoint.Root, "gpt"));

        Assert.Contains(
            "  (lm_head): Linear(in_features=8, out_features=11, bias=False)  lm_head.weight [11, 8] = wte.weight",
            tree.Render().Select(line => line.Text)
        );
    }
}
