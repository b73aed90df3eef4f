using Pth.Bytes;

namespace Pth.Formats.Archive;

/// <summary>Numbers of another byte order, turned on first use and then kept.</summary>
/// <param name="raw">The bytes as they lie in the file.</param>
/// <param name="unit">The size of the numbers; null while no tensor has said it. Bytes that no tensor looks at stay as they are.</param>
internal sealed class SwappedSource(ByteSource raw, int? unit) : ByteSource
{
    private readonly Lock _making = new();
    private ByteSource? _turned;

    public override string Name => raw.Name;

    public override long Length => raw.Length;

    /// <summary>The size of the numbers in bytes.</summary>
    public int? Unit { get; private set; } = unit;

    /// <summary>Sets the size, when it is not yet known.</summary>
    /// <returns>False when it is known and another, or when the bytes are no whole numbers of it.</returns>
    public bool TrySetUnit(int size)
    {
        if (raw.Length % size != 0)
        {
            return false;
        }
        Unit ??= size;
        return Unit == size;
    }

    public override ReadOnlySpan<byte> GetSpan(long offset, int length)
    {
        lock (_making)
        {
            _turned ??= ByteSwapSource.Create(raw, Unit ?? 1);
        }
        return _turned.GetSpan(offset, length);
    }
}
