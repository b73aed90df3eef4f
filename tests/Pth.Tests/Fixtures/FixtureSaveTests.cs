namespace Pth.Tests.Fixtures;

public class FixtureSaveTests
{
    public static TheoryData<string> All => Fixture.All;

    [Theory]
    [MemberData(nameof(All))]
    public void Saved_again_it_has_the_same_bytes_or_at_least_the_same_tensors(string name)
    {
        var fixture = new Fixture(name);
        using Checkpoint checkpoint = Checkpoint.Open(fixture.Path);
        using var saved = new MemoryStream();
        Checkpoint.Save(saved, checkpoint.Root, Resave.Options(checkpoint.Container));

        if (fixture.IsReproducible)
        {
            Resave.AssertSameBytes(File.ReadAllBytes(fixture.Path), saved.ToArray());
        }
        using Checkpoint again = Checkpoint.Open(saved.ToArray());
        TensorMatch.CheckAll(fixture.Tensors, again.Tensors);
    }
}
