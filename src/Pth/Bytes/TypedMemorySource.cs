using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Pth.Bytes;

/// <summary>The bytes of managed values, without a copy; more than 2 GB of them where the values are wide.</summary>
internal sealed class TypedMemorySource<T>(ReadOnlyMemory<T> memory) : ByteSource
    where T : unmanaged
{
    public override string Name => "<memory>";

    public override long Length => (long)memory.Length * Unsafe.SizeOf<T>();

    public override ReadOnlySpan<byte> GetSpan(long offset, int length)
    {
        CheckRange(offset, length);
        ref byte first = ref Unsafe.As<T, byte>(ref MemoryMarshal.GetReference(memory.Span));
        return MemoryMarshal.CreateReadOnlySpan(ref Unsafe.AddByteOffset(ref first, (nint)offset), length);
    }
}
