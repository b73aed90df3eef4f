namespace Pth.Bytes;

/// <summary>
/// Writes many runs of bytes, one directly behind the other: to a file with all cores, to a stream in order, with the same bytes.
/// </summary>
internal static class ParallelWrite
{
    /// <summary>Small enough to stay in a core's cache from reading to writing; large enough that calls cost nothing.</summary>
    private const int ChunkLength = 1 << 20;

    /// <summary>Writes all ranges. The sink is not committed.</summary>
    /// <param name="ranges">What goes where: from 0 on, ascending, without gaps.</param>
    /// <param name="sink">Where the bytes go.</param>
    /// <param name="progress">Told from any thread; may be null.</param>
    /// <param name="cancellationToken">Stops between two chunks.</param>
    /// <exception cref="CheckpointException">A range's confirmation threw.</exception>
    /// <exception cref="IOException">The bytes could not be written.</exception>
    public static void Run(
        IReadOnlyList<WriteRange> ranges,
        ByteSink sink,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        var meter = new TransferMeter(progress, ranges.Count == 0 ? 0 : ranges[^1].End);
        List<WorkPiece> pieces = WorkPlan.Create(ranges.Count, i => RunOf(ranges[i]), ChunkLength);
        ParallelWork.Run(
            pieces.Count,
            sink.IsPositioned ? ParallelWork.Workers : 1,
            () => new WorkerState(),
            (index, state) =>
            {
                WorkPiece piece = pieces[index];
                if (piece.Split is { } split)
                {
                    WriteChunk(ranges[piece.First], piece, split, sink, state, meter);
                }
                else
                {
                    WriteWhole(ranges, piece, sink, state, meter);
                }
            },
            cancellationToken
        );
        meter.Finish();
    }

    private static WorkRun RunOf(in WriteRange range) =>
        new(range.Offset, range.DataOffset, range.Source.Length, range.End);

    /// <summary>Puts some short ranges together and writes them at once.</summary>
    private static void WriteWhole(
        IReadOnlyList<WriteRange> ranges,
        WorkPiece piece,
        ByteSink sink,
        WorkerState state,
        TransferMeter meter
    )
    {
        int length = 0;
        for (int i = piece.First; i < piece.First + piece.Count; i++)
        {
            WriteRange range = ranges[i];
            range.Head.Span.CopyTo(state.Buffer.AsSpan(length));
            length += range.Head.Length;
            Span<byte> data = state.Buffer.AsSpan(length, (int)range.Source.Length);
            state.ReadAhead.CopyTo(range.Source, data);
            range.Confirm?.Invoke(FastCrc32.Hash(data));
            length += data.Length;
        }
        sink.Write(ranges[piece.First].Offset, state.Buffer.AsSpan(0, length));
        meter.Add(length);
    }

    /// <summary>Writes a chunk of a long range; the first brings the head, and whoever ends last the confirmation.</summary>
    private static void WriteChunk(
        in WriteRange range,
        WorkPiece piece,
        SplitChecksum split,
        ByteSink sink,
        WorkerState state,
        TransferMeter meter
    )
    {
        if (piece.Chunk == 0 && !range.Head.IsEmpty)
        {
            sink.Write(range.Offset, range.Head.Span);
        }
        ReadOnlySpan<byte> data = range.Source.Read(piece.Offset, piece.Length, state.Buffer);
        uint crc = range.Confirm is null ? 0 : FastCrc32.Hash(data);
        sink.Write(range.DataOffset + piece.Offset, data);
        meter.Add(data.Length);
        if (range.Confirm is { } confirm && split.Add(piece.Chunk, crc))
        {
            confirm(split.Combine());
        }
    }

    private sealed class WorkerState
    {
        public byte[] Buffer { get; } = GC.AllocateUninitializedArray<byte>(ChunkLength);

        public ReadAhead ReadAhead { get; } = new();
    }
}
