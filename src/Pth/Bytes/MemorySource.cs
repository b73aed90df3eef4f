namespace Pth.Bytes;

/// <summary>Bytes in managed memory.</summary>
internal sealed class MemorySource(ReadOnlyMemory<byte> memory, string name = "<memory>") : ByteSource
{
    public override string Name => name;

    public override long Length => memory.Length;

    public override ReadOnlySpan<byte> GetSpan(long offset, int length)
    {
        CheckRange(offset, length);
        return memory.Span.Slice((int)offset, length);
    }
}
