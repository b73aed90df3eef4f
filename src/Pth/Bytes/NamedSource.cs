namespace Pth.Bytes;

/// <summary>Another source under a name of its own, for what lies in something else. It does not own it.</summary>
internal sealed class NamedSource(ByteSource source, string name) : ByteSource
{
    public override string Name => name;

    public override long Length => source.Length;

    public override bool IsNative => source.IsNative;

    public override bool IsFile => source.IsFile;

    public override ReadOnlySpan<byte> GetSpan(long offset, int length) => source.GetSpan(offset, length);

    public override void CopyTo(long offset, Span<byte> destination) => source.CopyTo(offset, destination);

    public override ReadOnlySpan<byte> Read(long offset, int length, Span<byte> buffer) =>
        source.Read(offset, length, buffer);

    public override (ByteSource Whole, long Offset) Locate() => source.Locate();
}
