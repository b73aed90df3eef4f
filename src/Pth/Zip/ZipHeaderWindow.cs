using System.Buffers;
using Pth.Bytes;

namespace Pth.Zip;

/// <summary>
/// A source that is looked at in ascending places, a few bytes at each: reads a little ahead by positioned reads. Touching a mapping at each
/// header of a large file costs a page fault for each, and again when it is unmapped: twice the time of opening VGG16's 60 records.
/// </summary>
/// <remarks>A span is good until the second next call: the two buffers take turns.</remarks>
/// <param name="source">What is looked at. It is not owned.</param>
/// <param name="length">How much is read at once.</param>
internal sealed class ZipHeaderWindow(ByteSource source, int length) : ByteSource
{
    /// <summary>Between records far apart lie one's descriptor and the next one's header; of short records many fit in a larger window.</summary>
    public const int SmallWindow = 1 << 12;
    public const int LargeWindow = 1 << 16;

    private byte[] _bytes = [];
    private byte[] _others = [];
    private long _start;
    private int _used;

    public override string Name => source.Name;

    public override long Length => source.Length;

    /// <summary>For the end of a file and its central directory. What lies in memory is looked at as it is.</summary>
    public static ByteSource OverDirectory(ByteSource source) => Over(source, LargeWindow);

    /// <summary>For what stands around the data of each record.</summary>
    public static ByteSource OverRecords(ByteSource source, long entries) =>
        Over(source, source.Length / Math.Max(entries, 1) > LargeWindow ? SmallWindow : LargeWindow);

    public override ReadOnlySpan<byte> GetSpan(long offset, int length)
    {
        CheckRange(offset, length);
        if (offset < _start || offset + length > _start + _used)
        {
            Move(offset, length);
        }
        return _bytes.AsSpan((int)(offset - _start), length);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Return(ref _bytes);
            Return(ref _others);
            _used = 0;
        }
        base.Dispose(disposing);
    }

    private static ByteSource Over(ByteSource source, int length) =>
        source.IsFile ? new ZipHeaderWindow(source, length) : source.Slice(0, source.Length);

    private void Move(long offset, int needed)
    {
        (_bytes, _others) = (_others, _bytes);
        _start = offset;
        _used = (int)Math.Min(Math.Max(needed, length), source.Length - offset);
        if (_bytes.Length < _used)
        {
            Return(ref _bytes);
            _bytes = ArrayPool<byte>.Shared.Rent(_used);
        }
        source.CopyTo(offset, _bytes.AsSpan(0, _used));
    }

    private static void Return(ref byte[] bytes)
    {
        if (bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
        bytes = [];
    }
}
