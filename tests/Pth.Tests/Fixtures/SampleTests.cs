namespace Pth.Tests.Fixtures;

public class SampleTests
{
    [Fact]
    public void Without_its_prefix_the_sample_is_the_file_that_PyTorch_writes_of_the_plain_network()
    {
        using Checkpoint parallel = Checkpoint.Open(Path.Combine(Repository.Samples, "vgg16_bn_dataparallel.pth"));
        using var saved = new MemoryStream();
        StateDict state = parallel.StateDict.WithoutPrefix("module.");
        Checkpoint.Save(saved, state, new WriteOptions { ArchiveName = "vgg16_bn" });
        Resave.AssertSameBytes(File.ReadAllBytes(Path.Combine(Repository.Samples, "vgg16_bn.pth")), saved.ToArray());
    }
}
