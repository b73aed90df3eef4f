namespace Pth.Benchmarks.Compare;

/// <summary>The state dict that is saved again and again, and the checkpoint that the last task opened.</summary>
internal sealed class HeldState : IDisposable
{
    private Checkpoint? _checkpoint;
    private string? _file;

    public StateDict Load(string file)
    {
        if (_file != file)
        {
            Drop();
            _checkpoint = Checkpoint.Load(file);
            _file = file;
        }
        return _checkpoint!.StateDict;
    }

    /// <summary>Keeps a checkpoint that was just opened, and touches its tensors as PyTorch's loader makes them all.</summary>
    public void Keep(Checkpoint checkpoint)
    {
        Drop();
        _checkpoint = checkpoint;
        if (checkpoint.StateDict.Count == 0)
        {
            throw new InvalidOperationException("The state dict is empty.");
        }
    }

    public void Drop()
    {
        _checkpoint?.Dispose();
        _checkpoint = null;
        _file = null;
    }

    public void Dispose() => Drop();
}
