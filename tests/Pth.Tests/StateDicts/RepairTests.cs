namespace Pth.Tests.StateDicts;

/// <summary>The main job: a checkpoint from DataParallel becomes the file that PyTorch itself would have written without it.</summary>
public sealed class RepairTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pth-repair-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("parallel.pth", "consumed.pth")]
    [InlineData("short_parallel.pth", "short_consumed.pth")]
    public void The_repaired_file_is_byte_for_byte_what_PyTorch_writes(string wrapped, string expected)
    {
        string output = Path.Combine(_folder.FullName, expected);
        using (var checkpoint = Checkpoint.Open(Path.Combine(Golden.Folder, wrapped)))
        {
            Checkpoint.Save(output, checkpoint.StateDict.WithoutPrefix("module."));
        }

        Assert.Equal(File.ReadAllBytes(Path.Combine(Golden.Folder, expected)), File.ReadAllBytes(output));
    }
}
