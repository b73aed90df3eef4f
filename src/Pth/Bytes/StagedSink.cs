namespace Pth.Bytes;

/// <summary>A sink whose content counts only when it is published: for several files that are to appear together.</summary>
internal sealed class StagedSink(ByteSink target) : ByteSink
{
    private bool _isWhole;

    public override bool IsPositioned => target.IsPositioned;

    public override void Write(long offset, ReadOnlySpan<byte> bytes) => target.Write(offset, bytes);

    public override void Commit() => _isWhole = true;

    /// <summary>Makes the content count.</summary>
    /// <exception cref="InvalidOperationException">It was not committed.</exception>
    public void Publish()
    {
        if (!_isWhole)
        {
            throw new InvalidOperationException("What is not whole cannot be published.");
        }
        target.Commit();
    }

    /// <summary>Gives up what was not published.</summary>
    public void Discard() => target.Dispose();

    // Whoever wrote it is done with it; whoever staged it is not.
    protected override void Dispose(bool disposing)
    {
        if (disposing && !_isWhole)
        {
            target.Dispose();
        }
    }
}
