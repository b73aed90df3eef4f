namespace Pth.Distributed;

/// <summary>
/// Rank 0 could not do what all ranks wait for, as to save a checkpoint. Every rank gets it with the same message; on rank 0 the inner exception
/// is the cause itself.
/// </summary>
/// <remarks>The group is as good as before, and training may go on.</remarks>
public sealed class RankZeroException : Exception
{
    internal RankZeroException(string problem, Exception? innerException)
        : base($"rank 0: {problem}", innerException) { }
}
