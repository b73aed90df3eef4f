using Pth.Bytes;

namespace Pth.Formats;

/// <summary>A run of bytes of a file that is written. The runs of a file follow each other without gaps.</summary>
/// <param name="Data">The bytes.</param>
/// <param name="Expected">The checksum that they must have, where their source records one: what is damaged is not copied on in silence.</param>
internal sealed record FileRun(ByteSource Data, StorageChecksum? Expected = null);
