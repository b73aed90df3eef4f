using Pth.Tests.Pickle;

namespace Pth.Tests.Fixtures;

public class FixtureTests
{
    public static TheoryData<string> All => Fixture.All;

    [Theory]
    [MemberData(nameof(All))]
    public void Opened_it_holds_what_PyTorch_reads(string name)
    {
        var fixture = new Fixture(name);
        using Checkpoint checkpoint = Checkpoint.Open(fixture.Path);
        TensorMatch.CheckAll(fixture.Tensors, checkpoint.Tensors);
        if (fixture.Metadata is { } metadata)
        {
            Assert.Equal(metadata, checkpoint.StateDict.Metadata!.Keys.Select(key => key.As<PyString>().Value));
        }
        if (fixture.Content is { } content)
        {
            PickleMatch.Check(content, checkpoint.Root);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Loaded_into_memory_or_from_a_stream_it_holds_the_same(string name)
    {
        var fixture = new Fixture(name);
        using (Checkpoint loaded = Checkpoint.Load(fixture.Path))
        {
            TensorMatch.CheckAll(fixture.Tensors, loaded.Tensors);
        }
        using FileStream stream = File.OpenRead(fixture.Path);
        using Checkpoint streamed = Checkpoint.Open(stream);
        TensorMatch.CheckAll(fixture.Tensors, streamed.Tensors);
    }
}
