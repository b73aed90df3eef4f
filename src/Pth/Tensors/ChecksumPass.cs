using System.Runtime.ExceptionServices;
using Pth.Bytes;
using Pth.Errors;

namespace Pth.Tensors;

/// <summary>Checks many checksums with all cores, also when one record is most of the file.</summary>
internal static class ChecksumPass
{
    private const int ChunkLength = 2 << 20;

    /// <summary>What is read and summed in one go: it is still in the core's cache for the second.</summary>
    private const int BlockLength = 1 << 18;

    /// <summary>Checks the storages that have not been checked yet.</summary>
    /// <exception cref="CheckpointException"><see cref="CheckpointErrorKind.ChecksumMismatch"/>: the first of them.</exception>
    public static void Require(IEnumerable<Storage> storages, CancellationToken cancellationToken)
    {
        StorageChecksum[] unknown =
        [
            .. storages
                .Select(storage => storage.Checksum)
                .OfType<StorageChecksum>()
                .Where(sum => !sum.IsKnown)
                .Distinct(),
        ];
        CheckpointException? failure = Array.Find(Run(unknown, progress: null, cancellationToken), e => e is not null);
        if (failure is not null)
        {
            ExceptionDispatchInfo.Throw(failure);
        }
    }

    /// <summary>Checks all of them, those too that were checked before.</summary>
    /// <returns>What is wrong with each; null where nothing is.</returns>
    public static CheckpointException?[] Run(
        IReadOnlyList<StorageChecksum> checksums,
        IProgress<TransferProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        var failures = new CheckpointException?[checksums.Count];
        var meter = new TransferMeter(progress, checksums.Sum(checksum => checksum.Length));
        long place = 0;
        List<WorkPiece> pieces = WorkPlan.Create(
            checksums.Count,
            i =>
            {
                long start = place;
                place += checksums[i].Length;
                return new WorkRun(start, start, checksums[i].Length, place);
            },
            ChunkLength
        );
        ParallelWork.Run(
            pieces.Count,
            ParallelWork.Workers,
            () => GC.AllocateUninitializedArray<byte>(BlockLength),
            (index, buffer) => Check(pieces[index], checksums, failures, buffer, meter),
            cancellationToken
        );
        meter.Finish();
        return failures;
    }

    private static void Check(
        WorkPiece piece,
        IReadOnlyList<StorageChecksum> checksums,
        CheckpointException?[] failures,
        byte[] buffer,
        TransferMeter meter
    )
    {
        for (int i = piece.First; i < piece.First + piece.Count; i++)
        {
            try
            {
                if (piece.Split is not { } split)
                {
                    checksums[i].Confirm(checksums[i].Compute(0, checksums[i].Length, buffer, meter));
                }
                else if (split.Add(piece.Chunk, checksums[i].Compute(piece.Offset, piece.Length, buffer, meter)))
                {
                    checksums[i].Confirm(split.Combine());
                }
            }
            catch (CheckpointException e)
            {
                failures[i] = e;
            }
        }
    }
}
