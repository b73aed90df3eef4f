using System.Buffers.Binary;
using System.Collections.Immutable;
using Pth.Bytes;
using Pth.Errors;
using Pth.Pickle;

namespace Pth.Formats.TorchTar;

/// <summary>One entry of the tar, read from its beginning: pickles and raw numbers by turns.</summary>
internal sealed class TarMember(ByteSource data, ErrorLocation location, ReadLimits limits)
{
    private long _position;

    public ErrorLocation Here => location.At(_position);

    /// <summary>Reads a pickle.</summary>
    public PyValue ReadPickle(IPickleResolver? resolver = null)
    {
        var reader = new PickleReader(data, location, limits, resolver, _position);
        PyValue value = reader.Read();
        _position = reader.Position;
        return value;
    }

    /// <summary>Reads a pickle that holds a tuple of so many.</summary>
    public PyTuple ReadTuple(int count, string expected)
    {
        ErrorLocation here = Here;
        PyValue value = ReadPickle();
        return value is PyTuple tuple && tuple.Count == count
            ? tuple
            : throw here.Error(CheckpointErrorKind.InvalidTensor, value.Describe(), expected);
    }

    /// <summary>Reads a pickle that holds the number of what follows, each at least so many bytes long.</summary>
    public long ReadCount(int leastLength)
    {
        ErrorLocation here = Here;
        PyValue value = ReadPickle();
        long most = (data.Length - _position) / leastLength;
        return value is PyInt number && number.TryGetInt64(out long count) && count >= 0 && count <= most
            ? count
            : throw here.Error(
                CheckpointErrorKind.InvalidTensor,
                value is PyInt found ? $"a count of {found.Value}" : value.Describe(),
                $"a count of at most {most}, for which there are bytes"
            );
    }

    public int ReadInt32() => BinaryPrimitives.ReadInt32LittleEndian(Take(sizeof(int)));

    public long ReadInt64() => BinaryPrimitives.ReadInt64LittleEndian(Take(sizeof(long)));

    public ImmutableArray<long> ReadInt64s(int count)
    {
        var numbers = ImmutableArray.CreateBuilder<long>(count);
        for (int i = 0; i < count; i++)
        {
            numbers.Add(ReadInt64());
        }
        return numbers.MoveToImmutable();
    }

    /// <summary>Goes over bytes that stay where they are.</summary>
    public ByteSource TakeData(Int128 length)
    {
        if (length < 0 || length > data.Length - _position)
        {
            throw Here.Error(
                length < 0 ? CheckpointErrorKind.InvalidTensor : CheckpointErrorKind.Truncated,
                $"{data.Length - _position} bytes",
                $"{length} of a storage"
            );
        }
        ByteSource taken = data.Slice(_position, (long)length);
        _position += (long)length;
        return taken;
    }

    /// <summary>Proves that nothing is left.</summary>
    public void End()
    {
        if (_position != data.Length)
        {
            throw Here.Error(
                CheckpointErrorKind.InvalidTensor,
                $"{data.Length - _position} bytes behind the last value",
                "the end of the entry"
            );
        }
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        if (length > data.Length - _position)
        {
            throw Here.Error(
                CheckpointErrorKind.Truncated,
                $"{data.Length - _position} bytes",
                $"a number of {length}"
            );
        }
        ReadOnlySpan<byte> taken = data.GetSpan(_position, length);
        _position += length;
        return taken;
    }
}
