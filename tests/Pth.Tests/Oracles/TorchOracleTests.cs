namespace Pth.Tests.Oracles;

[Trait("Category", "Live")]
public class TorchOracleTests(TorchOracles oracles)
{
    [Theory]
    [MemberData(nameof(TorchOracles.Versions), MemberType = typeof(TorchOracles))]
    public void Python_sees_arguments_and_shared_files_and_its_errors_come_back(string version)
    {
        TorchOracle torch = oracles.Get(version);
        using SharedFolder folder = torch.CreateFolder();
        File.WriteAllText(folder["in.txt"], "h\u00e9llo");

        string printed = torch.Run(
            "print(open(args[0], encoding='utf-8').read(), args[1], int(torch.ones(2).sum()))",
            folder.ForPython("in.txt"),
            "\U0001F600"
        );

        Assert.Equal("h\u00e9llo \U0001F600 2\n", printed);
        OracleException error = Assert.Throws<OracleException>(() => torch.Run("raise ValueError('no')"));
        Assert.Contains("ValueError: no", error.Message, StringComparison.Ordinal);
        Assert.Equal("still there\n", torch.Run("print('still there')"));
    }
}
