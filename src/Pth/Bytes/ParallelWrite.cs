namespace Pth.Bytes;

/// <summary>
/// Writes a planned file: with all cores where the sink takes bytes at any place, in order to a stream, with the same bytes. Checksums are
/// taken on the way. Memory is a buffer for each thread, whatever the size of the file.
/// </summary>
internal sealed class ParallelWrite
{
    /// <summary>Small enough to stay in a core's cache from reading to writing; large enough that calls cost nothing.</summary>
    private const int ChunkLength = 1 << 20;

    private readonly IWriteLayout _layout;
    private readonly ByteSink _sink;
    private readonly TransferMeter _meter;
    private readonly List<WorkPiece> _pieces;

    private ParallelWrite(IWriteLayout layout, ByteSink sink, TransferMeter meter)
    {
        _layout = layout;
        _sink = sink;
        _meter = meter;
        _pieces = WorkPlan.Create(layout.Count, layout.PlaceOf, ChunkLength);
    }

    /// <summary>Writes all runs. The sink is not committed, the meter not finished: more may follow.</summary>
    /// <exception cref="CheckpointException">The layout found a checksum wrong.</exception>
    /// <exception cref="IOException">The bytes could not be written.</exception>
    public static void Run(IWriteLayout layout, ByteSink sink, TransferMeter meter, CancellationToken cancellationToken)
    {
        var write = new ParallelWrite(layout, sink, meter);
        ParallelWork.Run(
            write._pieces.Count,
            sink.IsPositioned ? ParallelWork.Workers : 1,
            () => new WorkerState(),
            write.WritePiece,
            cancellationToken
        );
    }

    private void WritePiece(int index, WorkerState state)
    {
        WorkPiece piece = _pieces[index];
        if (piece.Split is { } split)
        {
            WriteChunk(piece, split, state.Buffer);
        }
        else
        {
            WriteWhole(piece, state.Buffer, state.ReadAhead);
        }
    }

    /// <summary>Puts some short runs together and writes them at once.</summary>
    private void WriteWhole(WorkPiece piece, byte[] buffer, ReadAhead readAhead)
    {
        long start = _layout.PlaceOf(piece.First).ExtentStart;
        int length = 0;
        for (int i = piece.First; i < piece.First + piece.Count; i++)
        {
            WorkRun place = _layout.PlaceOf(i);
            int dataStart = (int)(place.Start - start);
            int dataEnd = dataStart + (int)place.Length;
            int end = (int)(place.ExtentEnd - start);
            _layout.WriteHead(i, buffer.AsSpan(length..dataStart));
            Span<byte> data = buffer.AsSpan(dataStart..dataEnd);
            readAhead.CopyTo(_layout.DataOf(i), data);
            _layout.WriteTail(i, _layout.NeedsChecksum(i) ? FastCrc32.Hash(data) : 0, buffer.AsSpan(dataEnd..end));
            length = end;
        }
        _sink.Write(start, buffer.AsSpan(0, length));
        _meter.Add(length);
    }

    /// <summary>Writes a chunk of a long run; the first brings the head, and whoever ends last the tail.</summary>
    private void WriteChunk(WorkPiece piece, SplitChecksum split, byte[] buffer)
    {
        WorkRun place = _layout.PlaceOf(piece.First);
        long dataEnd = place.Start + place.Length;
        if (piece.Chunk == 0)
        {
            Span<byte> head = Room(buffer, place.Start - place.ExtentStart);
            _layout.WriteHead(piece.First, head);
            WriteSome(place.ExtentStart, head);
        }
        bool needsChecksum = _layout.NeedsChecksum(piece.First);
        ReadOnlySpan<byte> data = _layout.DataOf(piece.First).Read(piece.Offset, piece.Length, buffer);
        uint crc = needsChecksum ? FastCrc32.Hash(data) : 0;
        _sink.Write(place.Start + piece.Offset, data);
        _meter.Add(data.Length);
        if (split.Add(piece.Chunk, crc))
        {
            Span<byte> tail = Room(buffer, place.ExtentEnd - dataEnd);
            _layout.WriteTail(piece.First, needsChecksum ? split.Combine() : 0, tail);
            WriteSome(dataEnd, tail);
        }
    }

    private void WriteSome(long offset, ReadOnlySpan<byte> bytes)
    {
        if (!bytes.IsEmpty)
        {
            _sink.Write(offset, bytes);
        }
    }

    private static Span<byte> Room(byte[] buffer, long length) =>
        length <= buffer.Length ? buffer.AsSpan(0, (int)length) : new byte[length];

    private sealed class WorkerState
    {
        public byte[] Buffer { get; } = GC.AllocateUninitializedArray<byte>(ChunkLength);

        public ReadAhead ReadAhead { get; } = new();
    }
}
