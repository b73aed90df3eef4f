namespace Pth.Distributed;

/// <summary>Why a group failed.</summary>
public enum ProcessGroupErrorKind
{
    /// <summary>Another rank ended with an error; the message has its own.</summary>
    RankFailed,

    /// <summary>Another rank closed its group, or ended, while this one still waits for it.</summary>
    RankLeft,

    /// <summary>Nothing came from another rank within <see cref="ProcessGroupOptions.Timeout"/>.</summary>
    TimedOut,

    /// <summary>The ranks ask for different operations, sizes or element types.</summary>
    Disagreement,

    /// <summary>A call of the MPI library failed.</summary>
    Library,

    /// <summary>The group failed before, or was closed, and takes no more work.</summary>
    Closed,
}
