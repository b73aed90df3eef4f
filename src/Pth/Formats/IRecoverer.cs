using Pth.Bytes;

namespace Pth.Formats;

/// <summary>Takes what is whole out of a damaged container of one kind.</summary>
internal interface IRecoverer
{
    /// <summary>Whether the beginning is of this kind.</summary>
    bool Recognizes(ByteSource source);

    /// <summary>Reads what describes the tensors, and finds which of them are there.</summary>
    /// <exception cref="CheckpointException">Not even that is there.</exception>
    RecoveredContent Recover(ByteSource source, ReadOptions options);
}
