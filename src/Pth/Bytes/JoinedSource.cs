namespace Pth.Bytes;

/// <summary>Several sources one behind the other. It does not own them.</summary>
internal sealed class JoinedSource : ByteSource
{
    private readonly ByteSource[] _parts;
    private readonly long[] _starts;

    public JoinedSource(string name, IEnumerable<ByteSource> parts)
    {
        Name = name;
        _parts = [.. parts.Where(part => part.Length > 0)];
        _starts = new long[_parts.Length];
        foreach ((int i, ByteSource part) in _parts.Index())
        {
            _starts[i] = Length;
            Length += part.Length;
        }
    }

    public override string Name { get; }

    public override long Length { get; }

    /// <summary>The bytes in place where they lie in one part, else a copy.</summary>
    public override ReadOnlySpan<byte> GetSpan(long offset, int length)
    {
        CheckRange(offset, length);
        if (length == 0)
        {
            return default;
        }
        int part = PartAt(offset);
        if (length <= _starts[part] + _parts[part].Length - offset)
        {
            return _parts[part].GetSpan(offset - _starts[part], length);
        }
        var bytes = new byte[length];
        CopyTo(offset, bytes);
        return bytes;
    }

    public override void CopyTo(long offset, Span<byte> destination)
    {
        CheckRange(offset, destination.Length);
        while (destination.Length > 0)
        {
            int part = PartAt(offset);
            long at = offset - _starts[part];
            int count = (int)Math.Min(destination.Length, _parts[part].Length - at);
            _parts[part].CopyTo(at, destination[..count]);
            destination = destination[count..];
            offset += count;
        }
    }

    public override ReadOnlySpan<byte> Read(long offset, int length, Span<byte> buffer)
    {
        CopyTo(offset, buffer[..length]);
        return buffer[..length];
    }

    /// <summary>A part of a part where it lies in one, so that it is as good as that.</summary>
    public override ByteSource Slice(long offset, long length)
    {
        CheckRange(offset, length);
        if (length > 0)
        {
            int part = PartAt(offset);
            long at = offset - _starts[part];
            if (length <= _parts[part].Length - at)
            {
                return at == 0 && length == _parts[part].Length ? _parts[part] : _parts[part].Slice(at, length);
            }
        }
        return base.Slice(offset, length);
    }

    private int PartAt(long offset)
    {
        int found = Array.BinarySearch(_starts, offset);
        return found >= 0 ? found : ~found - 1;
    }
}
