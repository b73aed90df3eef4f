namespace Pth.Errors;

/// <summary>
/// What the content of one file may still take of memory, in proportion to the file: what is unpacked, and the values that pickles ask for.
/// Shared by all that is read of the file, so that a thousand small pickles get no more than a large one.
/// </summary>
/// <remarks>Reckoned by fixed prices and not measured, so that a file is refused everywhere or nowhere.</remarks>
/// <param name="length">The length of the file.</param>
/// <param name="perByte">The bytes of memory for each byte of it (<see cref="ReadLimits.MaxExpansion"/>).</param>
/// <param name="free">The bytes of memory beside.</param>
internal sealed class MemoryBudget(long length, int perByte, long free = MemoryBudget.Free)
{
    /// <summary>What every file may take, however short it is. Of the 64 MiB that are promised, some are for what is not reckoned.</summary>
    public const long Free = 56L << 20;

    private long _left = (long)Int128.Min(((Int128)length * perByte) + free, long.MaxValue);

    /// <summary>What may still be taken.</summary>
    public long Left => Volatile.Read(ref _left);

    /// <summary>Takes a part of it. From any thread.</summary>
    /// <returns>Whether it was there.</returns>
    public bool TryTake(long bytes) => bytes <= Left && Interlocked.Add(ref _left, -bytes) >= 0;

    /// <summary>Takes a part of it.</summary>
    /// <param name="bytes">How much.</param>
    /// <param name="location">Who asks, for the error.</param>
    /// <exception cref="CheckpointException"><see cref="CheckpointErrorKind.LimitExceeded"/>.</exception>
    public void Take(long bytes, ErrorLocation location)
    {
        if (!TryTake(bytes))
        {
            throw location.Error(
                CheckpointErrorKind.LimitExceeded,
                $"content that takes more than {perByte} bytes of memory for each of the file's {length}, and {Free >> 20} MiB",
                $"at most that ({nameof(ReadLimits)}.{nameof(ReadLimits.MaxExpansion)})"
            );
        }
    }
}
