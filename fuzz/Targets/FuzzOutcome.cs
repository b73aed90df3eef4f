namespace Pth.Fuzz;

/// <summary>What an input did.</summary>
/// <param name="Refusal">Why it was refused; null where it was read.</param>
/// <param name="Finding">What it did that no input may do; null where it did not.</param>
/// <param name="Allocated">The managed bytes that reading it allocated, in all.</param>
/// <param name="Elapsed">The time it took: of the processor or on the clock, whichever is shorter.</param>
internal sealed record FuzzOutcome(string? Refusal, string? Finding, long Allocated, TimeSpan Elapsed)
{
    /// <exception cref="InvalidOperationException">It is a finding: what AFL++ takes for a crash.</exception>
    public void Require()
    {
        if (Finding is not null)
        {
            throw new InvalidOperationException(Finding);
        }
    }
}
