using System.Runtime.InteropServices;

namespace Pth.Bytes;

/// <summary>Managed memory for elements that Pth makes itself: nobody has to close it. Up to 32 GB, as its items are wide.</summary>
internal sealed class OwnMemory : ByteSource
{
    private readonly UInt128[] _items;

    /// <param name="length">In bytes.</param>
    /// <param name="isCleared">Whether the bytes are 0 at first; else they are anything.</param>
    public OwnMemory(long length, bool isCleared)
    {
        long items = (length / 16) + (length % 16 == 0 ? 0 : 1);
        _items = isCleared ? new UInt128[items] : GC.AllocateUninitializedArray<UInt128>(checked((int)items));
        Length = length;
    }

    public override string Name => "<memory>";

    public override long Length { get; }

    public override ReadOnlySpan<byte> GetSpan(long offset, int length) => GetWritableSpan(offset, length);

    /// <summary>The bytes, to be filled.</summary>
    public Span<byte> GetWritableSpan(long offset, int length)
    {
        CheckRange(offset, length);
        ReadOnlySpan<byte> bytes = new TypedMemorySource<UInt128>(_items).GetSpan(offset, length);
        return MemoryMarshal.CreateSpan(ref MemoryMarshal.GetReference(bytes), length);
    }
}
