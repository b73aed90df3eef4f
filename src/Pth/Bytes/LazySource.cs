namespace Pth.Bytes;

/// <summary>Bytes that are made on first use and then kept: a decompressed record, a storage whose byte order was turned.</summary>
internal sealed class LazySource(string name, long length, Func<ByteSource> make) : ByteSource
{
    private readonly Lazy<ByteSource> _made = new(make);

    public override string Name => name;

    public override long Length => length;

    public override bool IsNative => _made.Value.IsNative;

    public override ReadOnlySpan<byte> GetSpan(long offset, int length) => _made.Value.GetSpan(offset, length);

    protected override void Dispose(bool disposing)
    {
        if (disposing && _made.IsValueCreated)
        {
            _made.Value.Dispose();
        }
        base.Dispose(disposing);
    }
}
