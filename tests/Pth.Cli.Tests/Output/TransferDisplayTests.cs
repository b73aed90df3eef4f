using Pth.Cli.Output;

namespace Pth.Cli.Tests.Output;

public sealed class TransferDisplayTests
{
    private const long Long = 1L << 30;

    [Fact]
    public void A_person_is_shown_long_work()
    {
        var console = new FakeConsole { IsErrorTerminal = true };

        int result = TransferDisplay.Run(console, "hashing", Long, Work);

        Assert.Equal(7, result);
        Assert.Contains("hashing", console.ErrorOutput, StringComparison.Ordinal);
        Assert.Empty(console.Output);
    }

    [Theory]
    [InlineData(true, 1000)]
    [InlineData(false, Long)]
    public void Short_work_and_pipes_are_shown_nothing(bool isTerminal, long length)
    {
        var console = new FakeConsole { IsErrorTerminal = isTerminal };

        Assert.Equal(7, TransferDisplay.Run(console, "hashing", length, Work));

        Assert.Empty(console.ErrorOutput);
    }

    [Fact]
    public void What_goes_wrong_comes_through()
    {
        var console = new FakeConsole { IsErrorTerminal = true };

        Assert.Throws<OperationCanceledException>(() =>
            TransferDisplay.Run<int>(console, "hashing", Long, _ => throw new OperationCanceledException())
        );
    }

    [Fact]
    public void Pieces_of_work_add_up()
    {
        var seen = new List<long>();
        var counter = new ByteCounter(new Listener(seen));

        counter.Count(10, progress => Report(progress, 4));
        counter.Count(20, progress => Report(progress, 5));

        Assert.Equal([4, 10, 15, 30], seen);
    }

    private static int Work(ByteCounter counter)
    {
        counter.Whole?.Report(new TransferProgress(Long / 2, Long));
        return 7;
    }

    private static int Report(IProgress<long>? progress, long bytes)
    {
        progress!.Report(bytes);
        return 0;
    }

    private sealed class Listener(List<long> seen) : IProgress<long>
    {
        public void Report(long value) => seen.Add(value);
    }
}
