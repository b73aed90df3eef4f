using Pth.Bytes;

namespace Pth.Tests.Security;

/// <summary>A file that counts what is read of it. Mapping it is an error.</summary>
internal sealed class CountingSource(byte[] bytes) : ByteSource
{
    public override string Name => "counted";

    public override long Length => bytes.Length;

    public override bool IsFile => true;

    public long Count { get; private set; }

    public int Reads { get; private set; }

    /// <summary>Which bytes were read.</summary>
    public bool[] IsRead { get; } = new bool[bytes.Length];

    public override ReadOnlySpan<byte> GetSpan(long offset, int length) =>
        throw new InvalidOperationException($"{length} bytes at {offset} would be mapped");

    public override void CopyTo(long offset, Span<byte> destination)
    {
        bytes.AsSpan((int)offset, destination.Length).CopyTo(destination);
        IsRead.AsSpan((int)offset, destination.Length).Fill(true);
        Count += destination.Length;
        Reads++;
    }

    public override ReadOnlySpan<byte> Read(long offset, int length, Span<byte> buffer)
    {
        CopyTo(offset, buffer[..length]);
        return buffer[..length];
    }
}
