using Pth.Tests.Oracles;

namespace Pth.Tests.Live;

/// <summary>The main job: a file from DataParallel becomes one that a single card loads.</summary>
[Trait("Category", "Live")]
public class LiveRenameTests(TorchOracles oracles)
{
    private const string LoadStrictly = """
        import make_samples
        plain, repaired = make_samples.vgg16_bn().eval(), make_samples.vgg16_bn().eval()
        state = golden.load(args[1])
        print(repaired.load_state_dict(state, strict=True))
        expected = golden.load(args[0])
        plain.load_state_dict(expected)
        images = torch.linspace(-1, 1, 2 * 3 * 32 * 32).reshape(2, 3, 32, 32)
        print(torch.equal(plain(images), repaired(images)), list(state) == list(expected))
        print(list(state._metadata) == list(expected._metadata))
        """;

    public static MatrixTheoryData<string, WriterProfile> Targets =>
        new(TorchOracles.Versions.Select(version => version.Data), Enum.GetValues<WriterProfile>());

    [Theory]
    [MemberData(nameof(Targets))]
    public void Without_its_prefix_the_sample_is_loaded_with_strict_by_every_PyTorch(
        string version,
        WriterProfile profile
    )
    {
        TorchOracle torch = oracles.Get(version);
        using SharedFolder folder = torch.CreateFolder();
        File.Copy(Path.Combine(Repository.Samples, "vgg16_bn.pth"), folder["plain.pth"]);

        using (Checkpoint parallel = Checkpoint.Open(Path.Combine(Repository.Samples, "vgg16_bn_dataparallel.pth")))
        {
            StateDict state = parallel.StateDict.WithoutPrefix("module.");
            Checkpoint.Save(folder["repaired.pth"], state, new WriteOptions { Profile = profile });
        }

        string printed = torch.Run(LoadStrictly, folder.ForPython("plain.pth"), folder.ForPython("repaired.pth"));
        Assert.Equal("<All keys matched successfully>\nTrue True\nTrue\n", printed);
    }
}
