using Pth.Bytes;
using Pth.Zip;

namespace Pth.Formats;

/// <summary>Reads one kind of container that is a zip, recognised by the names of its entries.</summary>
internal interface IZipContainerReader
{
    /// <summary>Whether the zip is of this kind, by a look-up or two.</summary>
    bool Recognizes(ZipArchiveReader zip);

    /// <summary>Reads what describes the tensors. Their bytes stay in the source, unless the context asks for a copy.</summary>
    /// <exception cref="CheckpointException">The content is not what its format says.</exception>
    ContainerContent Open(ByteSource source, ZipArchiveReader zip, OpenContext context);
}
