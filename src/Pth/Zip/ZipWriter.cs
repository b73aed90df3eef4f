using Pth.Bytes;

namespace Pth.Zip;

/// <summary>
/// Writes a planned archive: to a file with several threads at once, to a stream in order, with the same bytes. Checksums are taken on the way.
/// </summary>
internal sealed class ZipWriter : IWriteLayout
{
    private const int DirectoryBufferLength = 1 << 20;

    private readonly ZipLayout _layout;
    private readonly ByteSink _sink;
    private readonly uint[] _checksums;
    private readonly int _count;

    private ZipWriter(ZipLayout layout, ByteSink sink, bool withoutLast)
    {
        _layout = layout;
        _sink = sink;
        _checksums = new uint[layout.Records.Count];
        _count = withoutLast ? layout.Records.Count - 1 : layout.Records.Count;
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
        var writer = new ZipWriter(layout, sink, lastIsMade);
        ParallelWrite.Run(writer, sink, meter, cancellationToken);
        if (makeLast is not null)
        {
            writer.WriteLast(makeLast(new ArraySegment<uint>(writer._checksums, 0, writer._count)));
        }
        writer.WriteDirectory(cancellationToken);
        meter.Finish();
    }

    int IWriteLayout.Count => _count;

    WorkRun IWriteLayout.PlaceOf(int index)
    {
        ZipPlacement placement = _layout.Placements[index];
        return new WorkRun(placement.HeaderOffset, placement.DataOffset, placement.Length, placement.End);
    }

    ByteSource IWriteLayout.DataOf(int index) => _layout.Records[index].Data!;

    bool IWriteLayout.NeedsChecksum(int index) => true;

    void IWriteLayout.WriteHead(int index, Span<byte> head) =>
        ZipHeaders.WriteLocal(head, _layout.NameOf(index), _layout.Placements[index]);

    void IWriteLayout.WriteTail(int index, uint crc, Span<byte> tail) => Complete(index, crc, tail);

    /// <summary>Takes a record's checksum and writes its descriptor.</summary>
    private void Complete(int index, uint crc, Span<byte> descriptor)
    {
        _layout.Records[index].Expected?.Confirm(crc);
        _checksums[index] = crc;
        ZipHeaders.WriteDescriptor(descriptor, _layout.Placements[index], crc);
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
        byte[] buffer = GC.AllocateUninitializedArray<byte>(DirectoryBufferLength);
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
}
