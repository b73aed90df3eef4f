using System.Runtime.InteropServices;

namespace Pth.Bytes;

/// <summary>A whole source that is written to a place, behind a few bytes of its own.</summary>
/// <param name="Source">The bytes.</param>
/// <param name="Offset">Where the head begins.</param>
/// <param name="Head">What stands before the bytes: a length, a header.</param>
/// <param name="Confirm">Told the CRC-32 of the source when it has been written; throws when it is another than expected.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct WriteRange(
    ByteSource Source,
    long Offset,
    ReadOnlyMemory<byte> Head = default,
    Action<uint>? Confirm = null
)
{
    /// <summary>Where the source's bytes begin.</summary>
    public long DataOffset => Offset + Head.Length;

    /// <summary>Where its last byte ends.</summary>
    public long End => DataOffset + Source.Length;
}
