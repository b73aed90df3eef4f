using System.Runtime.InteropServices;

namespace Pth.Bytes;

/// <summary>Bytes in memory of our own outside the managed heap: more than 2 GB, and on huge pages where the system has them.</summary>
/// <remarks>
/// The memory holds anything until it is written, and lives until <see cref="ByteSource.Dispose()"/>, which also makes spans of it
/// point to nothing. There is no finalizer: a span does not keep its source alive, and memory that goes away beneath a loop over it
/// is worse than memory that stays because somebody forgot to close it.
/// </remarks>
internal sealed unsafe class NativeMemorySource : ByteSource
{
    /// <summary>Vector instructions and PyTorch like 64; huge pages need 2 MB.</summary>
    private const int SmallAlignment = 64;
    private const int HugePage = 2 << 20;

    private readonly string _name;
    private void* _start;
    private volatile bool _closed;

    public NativeMemorySource(long length, string name = "<memory>")
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        _name = name;
        Length = length;
        int alignment = length < HugePage ? SmallAlignment : HugePage;
        long allocated = WithTail(length);
        _start = NativeMemory.AlignedAlloc((nuint)Math.Max(allocated, 1), (nuint)alignment);
        if (length >= HugePage)
        {
            OperatingSystemCalls.AdviseHugePages(_start, (nuint)allocated);
        }
    }

    /// <summary>Memory that holds a copy of another source of up to 2 GB.</summary>
    public static NativeMemorySource CopyOf(ByteSource source)
    {
        var copy = new NativeMemorySource(source.Length, source.Name);
        try
        {
            source.CopyTo(0, copy.GetWritableSpan(0, (int)source.Length));
            return copy;
        }
        catch
        {
            copy.Dispose();
            throw;
        }
    }

    public override string Name => _name;

    public override long Length { get; }

    public override bool IsNative => true;

    public override ReadOnlySpan<byte> GetSpan(long offset, int length) => GetWritableSpan(offset, length);

    /// <summary>The bytes, to be filled.</summary>
    public Span<byte> GetWritableSpan(long offset, int length)
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        CheckRange(offset, length);
        return new Span<byte>((byte*)_start + offset, length);
    }

    /// <summary>
    /// The length to ask for: the end gets a huge page too, unless more than a quarter of all would be wasted. In small pages it can take as long
    /// to fill as all the rest: many files of a few megabytes are read in a third of the time.
    /// </summary>
    private static long WithTail(long length)
    {
        long whole = checked(length + HugePage - 1) / HugePage * HugePage;
        return length >= HugePage && whole - length <= whole / 4 ? whole : length;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_closed)
        {
            _closed = true;
            NativeMemory.AlignedFree(_start);
            _start = null;
        }
        base.Dispose(disposing);
    }
}
