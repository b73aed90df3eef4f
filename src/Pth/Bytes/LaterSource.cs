namespace Pth.Bytes;

/// <summary>Bytes whose size is known before their place: a stream names its storages first and has their bytes at its end.</summary>
internal sealed class LaterSource(string name, long length) : ByteSource
{
    private ByteSource? _bytes;

    public override string Name => name;

    public override long Length => length;

    public override bool IsNative => Bytes.IsNative;

    public override bool IsFile => Bytes.IsFile;

    private ByteSource Bytes =>
        _bytes ?? throw new InvalidOperationException("The place of the bytes is not known yet.");

    /// <summary>Gives the bytes, once.</summary>
    public void Bind(ByteSource bytes)
    {
        if (_bytes is not null || bytes.Length != length)
        {
            throw new InvalidOperationException($"Found {bytes.Length} bytes, expected {length}, and once.");
        }
        _bytes = bytes;
    }

    public override ReadOnlySpan<byte> GetSpan(long offset, int length) => Bytes.GetSpan(offset, length);

    public override void CopyTo(long offset, Span<byte> destination) => Bytes.CopyTo(offset, destination);

    public override ReadOnlySpan<byte> Read(long offset, int length, Span<byte> buffer) =>
        Bytes.Read(offset, length, buffer);

    public override (ByteSource Whole, long Offset) Locate() => Bytes.Locate();
}
