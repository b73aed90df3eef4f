using Pth.Tests.Oracles;
using Pth.Tests.Security;
using static Pth.Tests.Security.Opcodes;

namespace Pth.Tests.Live;

/// <summary>Which of several central directories PyTorch reads: what the scanner takes for granted.</summary>
[Trait("Category", "Live")]
public class LiveZipEndRecordsTests(TorchOracles oracles)
{
    private const string Load = """
        import torch
        try:
            print("found", torch.load(args[0]))
        except RuntimeError:
            print("refused")
        """;

    [Theory]
    [InlineData("zip64 beside 32 bits", "found B")]
    [InlineData("two zip64 records", "found B")]
    [InlineData("an offset and a size apart", "found A")]
    [InlineData("an offset and a size apart in zip64", "found A")]
    [InlineData("a locator to nowhere", "refused")]
    [InlineData("a locator to something else", "found A")]
    public void PyTorch_goes_by_the_locator_and_the_offset(string records, string expected)
    {
        TorchOracle torch = oracles.Get("2.14.1");
        using SharedFolder folder = torch.CreateFolder();
        byte[][] pickles = [.. "ABC".Select(letter => Join(Proto(2), LongText($"{letter}"), "."))];
        using (FileStream file = File.Create(folder["m.pt"]))
        {
            file.Write(ZipEndRecords.Make(records, pickles));
        }

        Assert.Equal(expected, torch.Run(Load, folder.ForPython("m.pt")).Trim());
    }
}
