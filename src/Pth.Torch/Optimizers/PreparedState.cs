namespace Pth.Torch.Optimizers;

/// <summary>The state of an optimizer, read and checked, that has not been put in its place.</summary>
internal sealed class PreparedState(IReadOnlyList<Action> changes, StateReading reading) : IDisposable
{
    /// <summary>Changes the optimizer. Nothing of it can fail.</summary>
    public void Apply()
    {
        foreach (Action change in changes)
        {
            change();
        }
        reading.Keep();
    }

    public void Dispose() => reading.Dispose();
}
