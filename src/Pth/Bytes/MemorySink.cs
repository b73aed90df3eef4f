namespace Pth.Bytes;

/// <summary>A whole content in memory outside the managed heap, from where it goes on to its target.</summary>
internal sealed class MemorySink(long length) : ByteSink
{
    private const int ChunkLength = 4 << 20;

    private readonly NativeMemorySource _memory = new(length);
    private bool _isWhole;

    public override bool IsPositioned => true;

    public override void Write(long offset, ReadOnlySpan<byte> bytes) =>
        bytes.CopyTo(_memory.GetWritableSpan(offset, bytes.Length));

    /// <summary>The content stays, for <see cref="MoveTo"/>.</summary>
    public override void Commit() => _isWhole = true;

    /// <summary>Writes the content to its target and gives the memory back.</summary>
    /// <param name="open">Opens the target for so many bytes.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public void MoveTo(
        Func<long, ByteSink> open,
        IProgress<TransferProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        using (_memory)
        {
            using ByteSink target = open(_memory.Length);
            var meter = new TransferMeter(progress, _memory.Length);
            for (long offset = 0; offset < _memory.Length; offset += ChunkLength)
            {
                cancellationToken.ThrowIfCancellationRequested();
                int count = (int)Math.Min(ChunkLength, _memory.Length - offset);
                target.Write(offset, _memory.GetSpan(offset, count));
                meter.Add(count);
            }
            target.Commit();
            meter.Finish();
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_isWhole)
        {
            _memory.Dispose();
        }
    }
}
