using Pth.Errors;

namespace Pth;

/// <summary>
/// The content of a checkpoint is not what its format says. The only exception that malformed data raises;
/// wrong use is an <see cref="ArgumentException"/> or <see cref="InvalidOperationException"/>, and I/O failures pass through.
/// </summary>
/// <remarks>The message says where, what was found and what was expected: <c>model.pth!archive/data.pkl @ 0x1A3: found ..., expected ...</c></remarks>
public sealed class CheckpointException : Exception
{
    internal CheckpointException(
        CheckpointErrorKind kind,
        string problem,
        ErrorLocation location,
        Exception? innerException = null
    )
        : base(Describe(problem, location), innerException)
    {
        Kind = kind;
        SourceName = location.SourceName;
        Entry = location.Entry;
        Offset = location.Offset;
    }

    /// <summary>The cause.</summary>
    public CheckpointErrorKind Kind { get; }

    /// <summary>The file or stream, as it was given; null where there is none.</summary>
    public string? SourceName { get; }

    /// <summary>The record in the container (<c>archive/data.pkl</c>) or the tensor's name; null where the whole file is meant.</summary>
    public string? Entry { get; }

    /// <summary>
    /// The byte offset in <see cref="Entry"/>; in the file where <see cref="Entry"/> is null, and where what is wrong are the container's own
    /// headers of the entry, which lie outside it.
    /// </summary>
    public long? Offset { get; }

    private static string Describe(string problem, ErrorLocation location)
    {
        string place = location.ToString();
        return place.Length == 0 ? problem : $"{place}: {problem}";
    }
}
