using Pth.Bytes;

namespace Pth.Formats;

/// <summary>
/// Writes a planned file of runs: to a file with several threads at once, to a stream in order, with the same bytes. Memory is a buffer for each
/// thread, whatever the size of the file.
/// </summary>
internal sealed class FileRunWriter
{
    private const int ChunkLength = 1 << 20;

    private readonly IReadOnlyList<FileRun> _runs;
    private readonly long[] _starts;
    private readonly ByteSink _sink;
    private readonly TransferMeter _meter;
    private readonly List<WorkPiece> _pieces;

    private FileRunWriter(IReadOnlyList<FileRun> runs, ByteSink sink, IProgress<TransferProgress>? progress)
    {
        _runs = runs;
        _sink = sink;
        _starts = new long[runs.Count + 1];
        for (int i = 0; i < runs.Count; i++)
        {
            _starts[i + 1] = _starts[i] + runs[i].Data.Length;
        }
        _meter = new TransferMeter(progress, _starts[^1]);
        _pieces = WorkPlan.Create(
            runs.Count,
            i => new WorkRun(_starts[i], _starts[i], _starts[i + 1] - _starts[i], _starts[i + 1]),
            ChunkLength
        );
    }

    /// <summary>The length of a file of these runs.</summary>
    public static long LengthOf(IEnumerable<FileRun> runs) => runs.Sum(run => run.Data.Length);

    /// <summary>Writes all runs. The sink is not committed.</summary>
    /// <exception cref="CheckpointException">The bytes of a run do not have the checksum expected of them.</exception>
    /// <exception cref="IOException">The bytes could not be written.</exception>
    public static void Write(
        IReadOnlyList<FileRun> runs,
        ByteSink sink,
        IProgress<TransferProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        var writer = new FileRunWriter(runs, sink, progress);
        ParallelWork.Run(
            writer._pieces.Count,
            sink.IsPositioned ? ParallelWork.Workers : 1,
            () => (Buffer: GC.AllocateUninitializedArray<byte>(ChunkLength), ReadAhead: new ReadAhead()),
            (index, state) => writer.WritePiece(writer._pieces[index], state.Buffer, state.ReadAhead),
            cancellationToken
        );
        writer._meter.Finish();
    }

    private void WritePiece(WorkPiece piece, byte[] buffer, ReadAhead readAhead)
    {
        if (piece.Split is { } split)
        {
            WriteChunk(piece, split, buffer);
            return;
        }
        // Short runs are put together and written at once.
        long start = _starts[piece.First];
        int length = 0;
        for (int i = piece.First; i < piece.First + piece.Count; i++)
        {
            Span<byte> data = buffer.AsSpan(length, (int)_runs[i].Data.Length);
            readAhead.CopyTo(_runs[i].Data, data);
            _runs[i].Expected?.Confirm(FastCrc32.Hash(data));
            length += data.Length;
        }
        _sink.Write(start, buffer.AsSpan(0, length));
        _meter.Add(length);
    }

    private void WriteChunk(WorkPiece piece, SplitChecksum split, byte[] buffer)
    {
        FileRun run = _runs[piece.First];
        ReadOnlySpan<byte> data = run.Data.Read(piece.Offset, piece.Length, buffer);
        if (run.Expected is { } expected && split.Add(piece.Chunk, FastCrc32.Hash(data)))
        {
            expected.Confirm(split.Combine());
        }
        _sink.Write(_starts[piece.First] + piece.Offset, data);
        _meter.Add(data.Length);
    }
}
