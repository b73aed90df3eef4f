namespace Pth.Distributed;

/// <summary>How a <see cref="ProcessGroup"/> works.</summary>
public sealed record ProcessGroupOptions
{
    /// <summary>
    /// How long a rank waits for a message of another before it gives the group up with a <see cref="ProcessGroupException"/>. Counted from
    /// the last message that came, so that a slow network is no failure. 30 minutes, as in PyTorch.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Not more than zero, and not <see cref="System.Threading.Timeout.InfiniteTimeSpan"/>.</exception>
    public TimeSpan Timeout
    {
        get;
        init
        {
            if (value <= TimeSpan.Zero && value != System.Threading.Timeout.InfiniteTimeSpan)
            {
                throw new ArgumentOutOfRangeException(nameof(value), value, "expected a time-out of more than zero");
            }
            field = value;
        }
    } = TimeSpan.FromMinutes(30);

    /// <summary>
    /// The MPI library, as a file name or a path: it goes before the variable <c>PTH_MPI_LIBRARY</c>. Null chooses the one that belongs to
    /// the program that started this process.
    /// </summary>
    public string? MpiLibrary { get; init; }

    /// <summary>
    /// Whether ranks tell each other what they ask for before each operation, so that a different operation or element type of the same size
    /// in bytes is a <see cref="ProcessGroupErrorKind.Disagreement"/> and not a wrong result. It costs one more message time an operation; for finding
    /// errors, as PyTorch's <c>TORCH_DISTRIBUTED_DEBUG=DETAIL</c>. All ranks must give the same. Threads always check.
    /// </summary>
    public bool CheckAgreement { get; init; }

    /// <summary>The most bytes in one message. MPI counts in 32 bits; tests make it small.</summary>
    internal long MessageBytes { get; init; } = 1L << 30;

    /// <summary>The bytes of one step of a pipelined reduction.</summary>
    internal int SegmentBytes { get; init; } = 256 << 10;

    /// <summary>Up to this size a reduction sends everything to everyone, which takes one message time instead of two.</summary>
    internal int WholeBytes { get; init; } = 16 << 10;
}
