using Pth.Bytes;

namespace Pth.Zip;

/// <summary>
/// Writes a planned archive: to a file with several threads at once, to a stream in order, with the same bytes. Checksums are taken on the way.
/// </summary>
internal sealed class ZipWriter
{
    /// <summary>Small enough to stay in a core's cache from reading to writing; large enough that calls cost nothing.</summary>
    private const int ChunkLength = 1 << 20;

    private readonly ZipLayout _layout;
    private readonly ByteSink _sink;
    private readonly TransferMeter _meter;
    private readonly uint[] _checksums;
    private readonly int _count;
    private readonly List<WorkPiece> _pieces;

    private ZipWriter(ZipLayout layout, ByteSink sink, TransferMeter meter, bool withoutLast)
    {
        _layout = layout;
        _sink = sink;
        _meter = meter;
        _checksums = new uint[layout.Records.Count];
        _count = withoutLast ? layout.Records.Count - 1 : layout.Records.Count;
        _pieces = WorkPlan.Create(_count, i => RunOf(layout.Placements[i]), ChunkLength);
    }

    /// <summary>Writes the archive. The sink is not committed.</summary>
    /// <param name="layout">What goes where.</param>
    /// <param name="sink">Where the bytes go.</param>
    /// <param name="makeLast">
    /// Gives the last record's bytes from the checksums of all before it. Asked for when the last record has no data of its own.
    /// </param>
    /// <param name="progress">Told from any thread; may be null.</param>
    /// <param name="cancellationToken">Stops between two chunks.</param>
    /// <exception cref="CheckpointException">The bytes of a record do not have the checksum expected of them.</exception>
    /// <exception cref="IOException">The bytes could not be written.</exception>
    public static void Write(
        ZipLayout layout,
        ByteSink sink,
        Func<IReadOnlyList<uint>, byte[]>? makeLast = null,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        bool lastIsMade = layout.Records.Count > 0 && layout.Records[^1].Data is null;
        if (lastIsMade != makeLast is not null)
        {
            throw new ArgumentException("The last record is made exactly when it has no data.", nameof(makeLast));
        }
        var meter = new TransferMeter(progress, layout.Length);
        var writer = new ZipWriter(layout, sink, meter, lastIsMade);
        ParallelWork.Run(
            writer._pieces.Count,
            sink.IsPositioned ? ParallelWork.Workers : 1,
            () => new WorkerState(),
            writer.WritePiece,
            cancellationToken
        );
        if (makeLast is not null)
        {
            writer.WriteLast(makeLast(new ArraySegment<uint>(writer._checksums, 0, writer._count)));
        }
        writer.WriteDirectory(cancellationToken);
        meter.Finish();
    }

    private static WorkRun RunOf(ZipPlacement placement) =>
        new(placement.HeaderOffset, placement.DataOffset, placement.Length, placement.End);

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

    /// <summary>Puts some short records together and writes them at once.</summary>
    private void WriteWhole(WorkPiece piece, byte[] buffer, ReadAhead readAhead)
    {
        long start = _layout.Placements[piece.First].HeaderOffset;
        int length = 0;
        for (int i = piece.First; i < piece.First + piece.Count; i++)
        {
            ZipPlacement placement = _layout.Placements[i];
            int dataAt = (int)(placement.DataOffset - start);
            ZipHeaders.WriteLocal(buffer.AsSpan(length..dataAt), _layout.NameOf(i), placement);
            Span<byte> data = buffer.AsSpan(dataAt, (int)placement.Length);
            readAhead.CopyTo(_layout.Records[i].Data!, data);
            length = dataAt + data.Length;
            length += Complete(i, FastCrc32.Hash(data), buffer.AsSpan(length));
        }
        _sink.Write(start, buffer.AsSpan(0, length));
        _meter.Add(length);
    }

    /// <summary>Writes a chunk of a long record; the first brings the header, and whoever ends last the descriptor.</summary>
    private void WriteChunk(WorkPiece piece, SplitChecksum split, byte[] buffer)
    {
        ZipPlacement placement = _layout.Placements[piece.First];
        if (piece.Chunk == 0)
        {
            Span<byte> header = buffer.AsSpan(0, (int)(placement.DataOffset - placement.HeaderOffset));
            ZipHeaders.WriteLocal(header, _layout.NameOf(piece.First), placement);
            _sink.Write(placement.HeaderOffset, header);
        }
        ReadOnlySpan<byte> data = _layout.Records[piece.First].Data!.Read(piece.Offset, piece.Length, buffer);
        uint crc = FastCrc32.Hash(data);
        _sink.Write(placement.DataOffset + piece.Offset, data);
        _meter.Add(data.Length);
        if (split.Add(piece.Chunk, crc))
        {
            Span<byte> descriptor = stackalloc byte[ZipFormat.DataDescriptor.Size64];
            int length = Complete(piece.First, split.Combine(), descriptor);
            _sink.Write(placement.DataOffset + placement.Length, descriptor[..length]);
        }
    }

    /// <summary>Takes a record's checksum and writes its descriptor.</summary>
    /// <returns>The descriptor's length.</returns>
    private int Complete(int index, uint crc, Span<byte> descriptor)
    {
        _layout.Records[index].Expected?.Confirm(crc);
        _checksums[index] = crc;
        return ZipHeaders.WriteDescriptor(descriptor, _layout.Placements[index], crc);
    }

    private void WriteLast(byte[] data)
    {
        ZipPlacement placement = _layout.Placements[^1];
        if (data.Length != placement.Length)
        {
            throw new InvalidOperationException(
                $"The last record has {data.Length} bytes, {placement.Length} were planned."
            );
        }
        byte[] buffer = new byte[placement.End - placement.HeaderOffset];
        int dataAt = (int)(placement.DataOffset - placement.HeaderOffset);
        ZipHeaders.WriteLocal(buffer.AsSpan(0, dataAt), _layout.NameOf(_count), placement);
        data.CopyTo(buffer, dataAt);
        Complete(_count, FastCrc32.Hash(data), buffer.AsSpan(dataAt + data.Length));
        _sink.Write(placement.HeaderOffset, buffer);
    }

    private void WriteDirectory(CancellationToken cancellationToken)
    {
        byte[] buffer = GC.AllocateUninitializedArray<byte>(ChunkLength);
        long offset = _layout.DirectoryOffset;
        int length = 0;
        for (int i = 0; i < _checksums.Length; i++)
        {
            if (buffer.Length - length < ZipHeaders.MaxCentralLength + ZipHeaders.EndLength)
            {
                cancellationToken.ThrowIfCancellationRequested();
                _sink.Write(offset, buffer.AsSpan(0, length));
                offset += length;
                length = 0;
            }
            length += ZipHeaders.WriteCentral(
                buffer.AsSpan(length),
                _layout.NameOf(i),
                _layout.Placements[i],
                _checksums[i]
            );
        }
        var directory = new ZipDirectory(_layout.DirectoryOffset, _layout.DirectoryLength, _checksums.Length);
        ZipHeaders.WriteEnd(buffer.AsSpan(length), directory);
        _sink.Write(offset, buffer.AsSpan(0, length + ZipHeaders.EndLength));
    }

    private sealed class WorkerState
    {
        public byte[] Buffer { get; } = GC.AllocateUninitializedArray<byte>(ChunkLength);

        public ReadAhead ReadAhead { get; } = new();
    }
}
