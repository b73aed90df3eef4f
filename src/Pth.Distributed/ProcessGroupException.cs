namespace Pth.Distributed;

/// <summary>
/// An operation of a <see cref="ProcessGroup"/> could not be done with the other ranks. The group takes no more work after it; the message
/// names the rank that speaks, the operation and what was missing.
/// </summary>
public sealed class ProcessGroupException : Exception
{
    internal ProcessGroupException(
        ProcessGroupErrorKind kind,
        int rank,
        int worldSize,
        string? operation,
        string problem,
        Exception? innerException = null
    )
        : base(
            operation is null
                ? $"rank {rank} of {worldSize}: {problem}"
                : $"rank {rank} of {worldSize}: {operation}: {problem}",
            innerException
        )
    {
        Kind = kind;
        Rank = rank;
        Operation = operation;
        Problem = problem;
    }

    /// <summary>The cause.</summary>
    public ProcessGroupErrorKind Kind { get; }

    /// <summary>The rank that speaks; in the exception of <see cref="ProcessGroup.Threads"/> the one that threw first.</summary>
    public int Rank { get; }

    /// <summary>The operation (<c>AllReduce (Sum of 8 float32)</c>) or the call of MPI; null where none was under way.</summary>
    public string? Operation { get; }

    /// <summary>The message without who speaks, and where the call was one of MPI with its name.</summary>
    internal string Problem { get; }
}
