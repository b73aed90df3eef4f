namespace Pth.Bytes;

/// <summary>Copies many runs of bytes into memory with all cores, and their checksums on the way.</summary>
internal static class ParallelCopy
{
    /// <summary>A huge page: two threads that fill one between them would both wait while it is cleared.</summary>
    private const int ChunkLength = 2 << 20;

    /// <summary>What is read and summed in one go: it is still in the core's cache for the second.</summary>
    private const int BlockLength = 1 << 18;

    /// <summary>Copies all ranges.</summary>
    /// <param name="ranges">Where the bytes come from and go to, in ascending order of the latter, and without overlap.</param>
    /// <param name="destination">The memory.</param>
    /// <param name="withChecksums">Whether to compute checksums.</param>
    /// <param name="progress">Told from any thread; may be null.</param>
    /// <param name="cancellationToken">Stops between two chunks.</param>
    /// <returns>The CRC-32 of each range; empty where none were asked for.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled; the memory holds anything.</exception>
    public static uint[] Run(
        IReadOnlyList<CopyRange> ranges,
        NativeMemorySource destination,
        bool withChecksums,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        long total = 0;
        foreach (CopyRange range in ranges)
        {
            total += range.Source.Length;
        }
        var meter = new TransferMeter(progress, total);
        uint[] checksums = withChecksums ? new uint[ranges.Count] : [];
        List<WorkPiece> pieces = WorkPlan.Create(ranges.Count, i => RunOf(ranges[i]), ChunkLength);
        ParallelWork.Run(
            pieces.Count,
            ParallelWork.Workers,
            () => new ReadAhead(),
            (index, readAhead) => Copy(pieces[index], ranges, destination, checksums, readAhead, meter),
            cancellationToken
        );
        meter.Finish();
        return checksums;
    }

    private static WorkRun RunOf(CopyRange range) =>
        new(
            range.DestinationOffset,
            range.DestinationOffset,
            range.Source.Length,
            range.DestinationOffset + range.Source.Length
        );

    private static void Copy(
        WorkPiece piece,
        IReadOnlyList<CopyRange> ranges,
        NativeMemorySource destination,
        uint[] checksums,
        ReadAhead readAhead,
        TransferMeter meter
    )
    {
        bool withChecksums = checksums.Length > 0;
        if (piece.Split is { } split)
        {
            uint crc = CopyBlocks(ranges[piece.First], piece.Offset, piece.Length, destination, withChecksums, meter);
            if (withChecksums && split.Add(piece.Chunk, crc))
            {
                checksums[piece.First] = split.Combine();
            }
            return;
        }
        for (int i = piece.First; i < piece.First + piece.Count; i++)
        {
            uint crc;
            int length = (int)ranges[i].Source.Length;
            if (length <= BlockLength)
            {
                Span<byte> bytes = destination.GetWritableSpan(ranges[i].DestinationOffset, length);
                readAhead.CopyTo(ranges[i].Source, bytes);
                crc = withChecksums ? FastCrc32.Hash(bytes) : 0;
                meter.Add(length);
            }
            else
            {
                crc = CopyBlocks(ranges[i], 0, length, destination, withChecksums, meter);
            }
            if (withChecksums)
            {
                checksums[i] = crc;
            }
        }
    }

    /// <returns>The CRC-32, where it is asked for.</returns>
    private static uint CopyBlocks(
        CopyRange range,
        long offset,
        int length,
        NativeMemorySource destination,
        bool withChecksum,
        TransferMeter meter
    )
    {
        uint crc = 0;
        for (long end = offset + length; offset < end; )
        {
            int count = (int)Math.Min(BlockLength, end - offset);
            Span<byte> block = destination.GetWritableSpan(range.DestinationOffset + offset, count);
            range.Source.CopyTo(offset, block);
            crc = withChecksum ? FastCrc32.Append(crc, block) : 0;
            meter.Add(count);
            offset += count;
        }
        return crc;
    }
}
