namespace Pth.Bytes;

/// <summary>
/// Serves short sources that lie one behind the other in a file from long reads: a call to the system costs more than the bytes of a bias.
/// One thread's own.
/// </summary>
internal sealed class ReadAhead
{
    private const int WindowLength = 1 << 18;

    /// <summary>What lies between two records is their headers and padding; more is another place.</summary>
    private const int LongestGap = 1 << 14;

    private readonly byte[] _window = GC.AllocateUninitializedArray<byte>(WindowLength);
    private ByteSource? _file;
    private long _start;
    private int _length;
    private long _end;

    /// <summary>Copies a whole source.</summary>
    public void CopyTo(ByteSource source, Span<byte> destination)
    {
        (ByteSource file, long offset) = source.Locate();
        if (file is not FileSource || destination.Length > WindowLength / 4)
        {
            source.CopyTo(0, destination);
            return;
        }
        bool follows = file == _file && offset >= _end && offset - _end <= LongestGap;
        _end = offset + destination.Length;
        if (file == _file && offset >= _start && _end <= _start + _length)
        {
            _window.AsSpan((int)(offset - _start), destination.Length).CopyTo(destination);
            return;
        }
        _file = file;
        if (!follows)
        {
            _length = 0;
            source.CopyTo(0, destination);
            return;
        }
        _start = offset;
        _length = (int)Math.Min(WindowLength, file.Length - offset);
        file.CopyTo(offset, _window.AsSpan(0, _length));
        _window.AsSpan(0, destination.Length).CopyTo(destination);
    }
}
