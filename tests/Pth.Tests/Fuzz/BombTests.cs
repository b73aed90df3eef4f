using Pth.Fuzz;

namespace Pth.Tests.Fuzz;

/// <summary>
/// No input may take more than 5 seconds, allocate more than 8 times its size and 64 MiB, or raise anything but a
/// <see cref="CheckpointException"/>: measured, by the code that also fuzzes, on what asks for the most.
/// </summary>
public sealed class BombTests
{
    public static TheoryData<string, string> Pickles =>
        [.. from target in new[] { "pickle", "torch", "scan" } from bomb in All select (target, bomb.Name)];

    public static TheoryData<string, string> Lengths =>
        [.. Bombs.OfDeclaredLengths.Select(bomb => (bomb.Target, bomb.Name))];

    [Theory]
    [MemberData(nameof(Pickles))]
    public void A_pickle_takes_no_more_than_its_size_is_worth(string target, string name) =>
        Survive(target, All.First(bomb => bomb.Name == name).Make());

    [Theory]
    [MemberData(nameof(Lengths))]
    public void A_declared_length_is_not_believed(string target, string name)
    {
        FuzzOutcome outcome = Survive(
            target,
            Bombs.OfDeclaredLengths.First(bomb => bomb.Target == target && bomb.Name == name).File
        );

        Assert.InRange(outcome.Allocated, 0, 4 << 20);
        Assert.True(outcome.Refusal is not null || target is "index" or "recover");
    }

    [Fact]
    public void What_is_packed_takes_no_more_than_its_size_is_worth() =>
        Assert.All(Bombs.OfPacking, bomb => Survive(bomb.Target, bomb.File));

    [Fact]
    public void The_same_bomb_is_read_where_the_file_is_trusted()
    {
        byte[] pickle = Bombs.OfManyValues.First(bomb => bomb.Name == "a million remembered lists").Make();

        CheckpointException error = Assert.Throws<CheckpointException>(() => Checkpoint.Open(pickle));
        using Checkpoint trusted = Checkpoint.Open(pickle, new ReadOptions { Limits = ReadLimits.Trusted });

        Assert.Equal(CheckpointErrorKind.LimitExceeded, error.Kind);
        Assert.Contains(nameof(ReadLimits.MaxExpansion), error.Message, StringComparison.Ordinal);
        Assert.Equal(1_000_000, trusted.Root.As<PyList>().Count);
    }

    private static FuzzOutcome Survive(string target, byte[] input)
    {
        FuzzOutcome outcome = FuzzRun.Read(FuzzTargets.All.First(one => one.Name == target), input);
        Assert.Null(outcome.Finding);
        return outcome;
    }

    private static IEnumerable<(string Name, Func<byte[]> Make)> All =>
        [.. Bombs.OfManyValues, .. Bombs.OfReferences, .. Bombs.OfDepth, .. Bombs.OfStrides];
}
