using Pth.Errors;

namespace Pth.Tests.Fuzz;

public sealed class MemoryBudgetTests
{
    [Fact]
    public void All_of_it_may_be_taken_and_not_one_byte_more()
    {
        var budget = new MemoryBudget(length: 100, perByte: 8);

        Assert.Equal(MemoryBudget.Free + 800, budget.Left);
        Assert.True(budget.TryTake(budget.Left - 1));
        Assert.False(budget.TryTake(2));
        Assert.True(budget.TryTake(1));
        CheckpointException error = Assert.Throws<CheckpointException>(() => budget.Take(1, default));
        Assert.Equal(CheckpointErrorKind.LimitExceeded, error.Kind);
        Assert.Contains(nameof(ReadLimits.MaxExpansion), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_any_length_has_one()
    {
        Assert.Equal(MemoryBudget.Free, new MemoryBudget(0, int.MaxValue).Left);
        Assert.Equal(long.MaxValue, new MemoryBudget(long.MaxValue, int.MaxValue).Left);
    }

    [Fact]
    public void What_lies_in_a_file_draws_on_the_file_s_and_what_lies_beside_it_has_its_own()
    {
        ReadLimits file = ReadLimits.Default.For(1_000);

        Assert.Same(file.Budget, file.For(1_000_000).Budget);
        Assert.NotSame(file.Budget, file.ForAnother().For(1_000).Budget);
        Assert.Null(ReadLimits.Default.Budget);
    }
}
