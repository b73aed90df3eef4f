namespace Pth.Bytes;

/// <summary>A file of known length that is put together from sources, one directly behind the other.</summary>
internal sealed class WritePlan : IWriteLayout
{
    private readonly List<(ByteSource Data, long Start, Action<uint>? Confirm)> _runs = [];

    /// <summary>The length of the file so far.</summary>
    public long Length { get; private set; }

    int IWriteLayout.Count => _runs.Count;

    /// <summary>Adds the next bytes.</summary>
    /// <param name="data">The bytes.</param>
    /// <param name="confirm">Told their CRC-32 when they have been written; throws when it is another than expected.</param>
    public void Add(ByteSource data, Action<uint>? confirm = null)
    {
        _runs.Add((data, Length, confirm));
        Length += data.Length;
    }

    /// <summary>Adds the next bytes.</summary>
    public void Add(ReadOnlyMemory<byte> data) => Add(new MemorySource(data));

    /// <summary>Writes the file. The sink is not committed.</summary>
    /// <param name="sink">Where the bytes go.</param>
    /// <param name="progress">Told from any thread; may be null.</param>
    /// <param name="cancellationToken">Stops between two chunks.</param>
    /// <exception cref="CheckpointException">A confirmation threw.</exception>
    /// <exception cref="IOException">The bytes could not be written.</exception>
    public void Write(
        ByteSink sink,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        var meter = new TransferMeter(progress, Length);
        ParallelWrite.Run(this, sink, meter, cancellationToken);
        meter.Finish();
    }

    WorkRun IWriteLayout.PlaceOf(int index)
    {
        (ByteSource data, long start, _) = _runs[index];
        return new WorkRun(start, start, data.Length, start + data.Length);
    }

    ByteSource IWriteLayout.DataOf(int index) => _runs[index].Data;

    bool IWriteLayout.NeedsChecksum(int index) => _runs[index].Confirm is not null;

    void IWriteLayout.WriteHead(int index, Span<byte> head) { }

    void IWriteLayout.WriteTail(int index, uint crc, Span<byte> tail) => _runs[index].Confirm?.Invoke(crc);
}
