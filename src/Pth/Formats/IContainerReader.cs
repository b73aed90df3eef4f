using Pth.Bytes;

namespace Pth.Formats;

/// <summary>Reads one kind of container, recognised by its content.</summary>
internal interface IContainerReader
{
    /// <summary>Whether the tensors' bytes never lie in the source, so that a copy of it would be for nothing.</summary>
    bool MakesOwnMemory => false;

    /// <summary>Whether the content is of this kind, by its first bytes. Bad content is no error here.</summary>
    bool Recognizes(ByteSource source);

    /// <summary>Reads what describes the tensors. Their bytes stay in the source, which must outlive the content.</summary>
    /// <exception cref="CheckpointException">The content is not what its format says.</exception>
    ContainerContent Open(ByteSource source, OpenContext context);
}
