using System.Text.Json;
using Pth.Tests.Fixtures;

namespace Pth.Tests.Formats.TorchScript;

/// <summary>TorchScript archives and packages of <c>tests/fixtures/script-*</c>, against what PyTorch reads from them.</summary>
public class ScriptFixtureTests
{
    private const int LargestToCut = 4_000;

    public static TheoryData<string> All { get; } = [.. Names()];

    public static TheoryData<string> Small { get; } =
    [.. Names().Where(name => new FileInfo(PathOf(name)).Length <= LargestToCut)];

    [Theory]
    [MemberData(nameof(All))]
    public void Every_tensor_has_its_name_and_is_the_same(string name)
    {
        var fixture = new Fixture(name);
        using Checkpoint opened = Checkpoint.Open(fixture.Path);
        TensorMatch.CheckAll(fixture.Tensors, opened.Tensors);

        using Checkpoint loaded = Checkpoint.Load(fixture.Path);
        TensorMatch.CheckAll(fixture.Tensors, loaded.Tensors);

        using FileStream stream = File.OpenRead(fixture.Path);
        using Checkpoint streamed = Checkpoint.Open(stream, new ReadOptions { VerifyChecksums = true });
        TensorMatch.CheckAll(fixture.Tensors, streamed.Tensors);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void The_state_dict_has_the_names_that_PyTorch_gives_it(string name)
    {
        string path = PathOf(name);
        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(path + ".json"));
        using Checkpoint checkpoint = Checkpoint.Open(path);
        if (json.RootElement.TryGetProperty("state_dict", out JsonElement names))
        {
            Assert.Equal("torchscript", checkpoint.Container.Kind);
            Assert.Equal(names.EnumerateArray().Select(one => one.GetString()!), checkpoint.StateDict.Entries.Keys);
            Assert.All(checkpoint.StateDict.Values, tensor => Assert.False(tensor.RequiresGrad || tensor.IsParameter));
        }
        else
        {
            Assert.Equal("torch-package", checkpoint.Container.Kind);
            Assert.Contains(
                checkpoint.Container.Code,
                record => record.EndsWith("/texts/readme.txt", StringComparison.Ordinal)
            );
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void All_records_have_their_checksums(string name)
    {
        using Checkpoint checkpoint = Checkpoint.Open(PathOf(name));
        ChecksumReport report = checkpoint.VerifyChecksums();
        Assert.Empty(report.Failures);
        Assert.True(report.Verified > 0);
    }

    [Theory]
    [MemberData(nameof(Small))]
    public void Cut_at_any_byte_it_is_refused(string name)
    {
        byte[] whole = File.ReadAllBytes(PathOf(name));
        for (int length = 0; length < whole.Length; length++)
        {
            int cut = length;
            Assert.ThrowsAny<CheckpointException>(() => Damage.Read(whole.AsMemory(0, cut)));
        }
    }

    [Theory]
    [InlineData("script-1.13.1/lite.ptl")]
    [InlineData("script-1.13.1/packed.pt")]
    [InlineData("script-2.6.0/tuple.model_json.pt")]
    [InlineData("script-2.6.0/list.model_json.pt")]
    [InlineData("script-2.14.1/trace.pt")]
    [InlineData("script-2.14.1/frozen.pt")]
    [InlineData("script-2.14.1/sparse.pt")]
    [InlineData("script-2.14.1/package_fx.pt")]
    public void Any_byte_changed_it_is_right_or_refused(string name)
    {
        byte[] whole = File.ReadAllBytes(PathOf(name));
        List<string> right = Damage.Read(whole);
        int refused = 0;
        foreach (byte change in (ReadOnlySpan<byte>)[0x01, 0x80, 0xFF])
        {
            for (int i = 0; i < whole.Length; i++)
            {
                whole[i] ^= change;
                try
                {
                    Assert.Equal(right, Damage.Read(whole));
                }
                catch (CheckpointException)
                {
                    refused++;
                }
                whole[i] ^= change;
            }
        }
        Assert.True(refused > whole.Length / 4, $"only {refused} of {3 * whole.Length} changes were refused");
    }

    [Fact]
    public void Code_is_listed_and_what_lies_beside_the_module_has_its_records_name()
    {
        using Checkpoint lite = Checkpoint.Open(PathOf("script-2.14.1/lite.ptl"));
        Assert.Equal(
            ["lite/bytecode.pkl", "lite/code/__torch__.py"],
            lite.Container.Code.Where(name => !name.Contains("mangle", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
        );
        Assert.Contains("lite interpreter", lite.Container.Writer, StringComparison.Ordinal);

        using Checkpoint frozen = Checkpoint.Open(PathOf("script-2.14.1/frozen.pt"));
        Assert.Equal("constants.pkl", Assert.Single(frozen.Beside.Keys).As<PyString>().Value);
        Assert.Empty(frozen.StateDict);
        Assert.All(
            frozen.Tensors,
            tensor => Assert.StartsWith("constants.pkl[", tensor.Name, StringComparison.Ordinal)
        );
    }

    private static IEnumerable<string> Names() =>
        Directory
            .EnumerateDirectories(Repository.Fixtures, "script-*")
            .SelectMany(Directory.EnumerateFiles)
            .Where(path => !path.EndsWith(".json", StringComparison.Ordinal))
            .Select(path => Path.GetRelativePath(Repository.Fixtures, path).Replace('\\', '/'))
            .Order(StringComparer.Ordinal);

    private static string PathOf(string name) => Path.Combine(Repository.Fixtures, name);
}
