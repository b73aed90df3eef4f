using Pth.Bytes;

namespace Pth.Zip;

/// <summary>
/// A source that is looked at in ascending places, a few bytes at each: reads a little ahead by positioned reads. Touching a mapping at each
/// header of a large file costs a page fault for each, and again when it is unmapped: twice the time of opening VGG16's 60 records.
/// </summary>
/// <remarks>A span is good until the second next call: the two buffers take turns.</remarks>
internal sealed class ZipHeaderWindow(ByteSource source, long entries) : ByteSource
{
    /// <summary>Between records far apart lie one's descriptor and the next one's header; of short records many fit in a larger window.</summary>
    private const int SmallWindow = 1 << 12;
    private const int LargeWindow = 1 << 16;

    private readonly int _length = source.Length / Math.Max(entries, 1) > LargeWindow ? SmallWindow : LargeWindow;
    private byte[] _bytes = [];
    private byte[] _others = [];
    private long _start;
    private int _used;

    public override string Name => source.Name;

    public override long Length => source.Length;

    public override ReadOnlySpan<byte> GetSpan(long offset, int length)
    {
        CheckRange(offset, length);
        if (offset < _start || offset + length > _start + _used)
        {
            (_bytes, _others) = (_others, _bytes);
            _start = offset;
            _used = (int)Math.Min(Math.Max(length, _length), source.Length - offset);
            if (_bytes.Length < _used)
            {
                _bytes = GC.AllocateUninitializedArray<byte>(Math.Max(_used, _length));
            }
            source.CopyTo(offset, _bytes.AsSpan(0, _used));
        }
        return _bytes.AsSpan((int)(offset - _start), length);
    }
}
