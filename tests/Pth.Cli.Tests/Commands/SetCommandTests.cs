using static Pth.Cli.Tests.Tensors;

namespace Pth.Cli.Tests.Commands;

public sealed class SetCommandTests
{
    [Fact]
    public void A_tensor_gets_new_values_and_the_file_stays_whole()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Save("in.pth", ("a", Tensor(1f, 2f)), ("b", Tensor(3f)));
        string value = folder.Save("value.pth", ("x", Tensor(8f, 9f)));

        CliResult result = Cli.Run("set", file, "a", value);

        Assert.Equal(0, result.ExitCode);
        Assert.StartsWith($"{file}: a changed in place, ", result.Error, StringComparison.Ordinal);
        using Checkpoint changed = Checkpoint.Open(file);
        Assert.Equal([8f, 9f], changed.StateDict["a"].ToArray<float>());
        Assert.Equal([3f], changed.StateDict["b"].ToArray<float>());
        Assert.Equal(0, Cli.Run("verify", file).ExitCode);
    }

    [Fact]
    public void The_name_may_be_that_of_the_state_dict()
    {
        using var folder = new TemporaryFolder();
        Checkpoint.Save(
            folder["in.ckpt"],
            new PyDict
            {
                ["epoch"] = 1,
                ["state_dict"] = new PyDict { ["w"] = Tensor(1f) },
            }
        );
        string value = folder.Save("value.pth", ("x", Tensor(5f)));

        Assert.Equal(0, Cli.Run("set", folder["in.ckpt"], "w", value).ExitCode);

        using Checkpoint changed = Checkpoint.Open(folder["in.ckpt"]);
        Assert.Equal([5f], changed.StateDict["w"].ToArray<float>());
    }

    [Fact]
    public void Values_of_another_type_are_refused_unless_they_may_be_cast()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Save("in.pth", ("a", Tensor((BFloat16)1f)));
        string value = folder.Save("value.pth", ("x", Tensor(2.5f)));

        CliResult refused = Cli.Run("set", file, "a", value);
        CliResult cast = Cli.Run("set", file, "a", value, "--cast");

        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("float32", refused.Error, StringComparison.Ordinal);
        Assert.Equal(0, cast.ExitCode);
        using Checkpoint changed = Checkpoint.Open(file);
        Assert.Equal([(BFloat16)2.5f], changed.StateDict["a"].ToArray<BFloat16>());
    }

    [Fact]
    public void A_name_that_is_not_there_is_told_with_one_that_is()
    {
        using var folder = new TemporaryFolder();
        string value = folder.Save("value.pth", ("x", Tensor(2.5f)));

        CliResult result = Cli.Run("set", folder.Copy(Repository.PlainSample), "clasifier.bias", value);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("is it classifier.bias", result.Error, StringComparison.Ordinal);
    }
}
