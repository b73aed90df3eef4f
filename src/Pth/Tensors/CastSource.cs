using System.Buffers;
using Pth.Bytes;

namespace Pth.Tensors;

/// <summary>
/// A storage's elements in another floating-point type, converted as they are read: any number of them without memory of their size.
/// Who wants a span of them gets a converted copy of the whole storage, made once.
/// </summary>
/// <remarks>
/// When the storage has a checksum, it is taken of what is read on the way. A read that completes the storage throws where it is wrong; a
/// source of which only parts will be asked for checks it first.
/// </remarks>
internal sealed class CastSource : ByteSource
{
    private const int ChunkLength = 1 << 18;

    private static readonly uint ChunkFactor = Crc32Combiner.Factor(ChunkLength);

    private readonly Storage _origin;
    private readonly DType _from;
    private readonly int _fromSize;
    private readonly int _toSize;
    private readonly ElementCaster _caster;
    private readonly CastReport? _report;
    private readonly RangeSet _done = new();
    private readonly ScatteredChecksum? _checksum;
    private readonly bool _verifiesFirst;
    private readonly Lazy<OwnMemory> _whole;

    /// <param name="origin">The storage.</param>
    /// <param name="from">What its elements are seen as.</param>
    /// <param name="to">What they become.</param>
    /// <param name="options">How.</param>
    /// <param name="isReadWhole">Whether all elements will be asked for.</param>
    public CastSource(Storage origin, DType from, DType to, CastOptions options, bool isReadWhole)
    {
        ElementTypes.RequireLittleEndian();
        _origin = origin;
        _from = from;
        _fromSize = from.ItemSize;
        _toSize = to.ItemSize;
        _caster = new ElementCaster(from, to, options.Saturate);
        _report = options.Report;
        Length = origin.ByteCount / _fromSize * _toSize;
        if (origin.Checksum is { IsKnown: false, Recorded: not 0 } checksum)
        {
            bool inPassing =
                isReadWhole && checksum.IsOf(origin.Data) && origin.ByteCount > 0 && origin.ByteCount % _fromSize == 0;
            _checksum = inPassing ? new ScatteredChecksum(origin.ByteCount) : null;
            _verifiesFirst = !inPassing;
        }
        _whole = new(ConvertWhole);
    }

    public override string Name => _origin.Data.Name;

    public override long Length { get; }

    public override ReadOnlySpan<byte> GetSpan(long offset, int length)
    {
        CheckRange(offset, length);
        return _whole.Value.GetSpan(offset, length);
    }

    public override void CopyTo(long offset, Span<byte> destination)
    {
        CheckRange(offset, destination.Length);
        if (_whole.IsValueCreated)
        {
            _whole.Value.CopyTo(offset, destination);
            return;
        }
        (long first, long skipped) = Math.DivRem(offset, _toSize);
        if (skipped > 0)
        {
            // The range cuts elements at its ends.
            Span<byte> element = stackalloc byte[sizeof(double)];
            element = element[.._toSize];
            int count = (int)Math.Min(_toSize - skipped, destination.Length);
            Convert(first, element);
            element.Slice((int)skipped, count).CopyTo(destination);
            destination = destination[count..];
            first++;
        }
        int rest = destination.Length % _toSize;
        Convert(first, destination[..^rest]);
        if (rest > 0)
        {
            Span<byte> element = stackalloc byte[sizeof(double)];
            element = element[.._toSize];
            Convert(first + (destination.Length / _toSize), element);
            element[..rest].CopyTo(destination[^rest..]);
        }
    }

    public override ReadOnlySpan<byte> Read(long offset, int length, Span<byte> buffer)
    {
        CopyTo(offset, buffer[..length]);
        return buffer[..length];
    }

    /// <summary>
    /// Converts elements of a view that does not lie without gaps: they are gathered where they lie and converted then, as the whole storage
    /// would have to be converted otherwise.
    /// </summary>
    /// <param name="view">A view of the converted storage, of more than one dimension.</param>
    /// <param name="first">The first element in row-major order.</param>
    /// <param name="destination">Whole elements.</param>
    public void CopyView(TensorView view, long first, Span<byte> destination)
    {
        _origin.Verify();
        byte[] buffer = ArrayPool<byte>.Shared.Rent(ChunkLength);
        try
        {
            CastTally tally = default;
            while (!destination.IsEmpty)
            {
                int count = Math.Min(ChunkLength / _fromSize, destination.Length / _toSize);
                Span<byte> elements = buffer.AsSpan(0, count * _fromSize);
                StridedCopy.Copy(
                    _origin.Data,
                    _fromSize,
                    view.Shape.AsSpan(),
                    view.Strides.AsSpan(),
                    view.Offset,
                    first,
                    elements
                );
                _caster.Cast(elements, destination[..(count * _toSize)], ref tally);
                destination = destination[(count * _toSize)..];
                first += count;
            }
            _report?.Add(tally);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private OwnMemory ConvertWhole()
    {
        var memory = new OwnMemory(Length, isCleared: false);
        for (long offset = 0; offset < Length; offset += ChunkLength)
        {
            Convert(offset / _toSize, memory.GetWritableSpan(offset, (int)Math.Min(ChunkLength, Length - offset)));
        }
        return memory;
    }

    /// <summary>Converts whole elements.</summary>
    private void Convert(long first, Span<byte> destination)
    {
        if (destination.IsEmpty)
        {
            return;
        }
        if (_verifiesFirst)
        {
            _origin.Verify();
        }
        CastTally tally = default;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(ChunkLength);
        try
        {
            foreach ((long start, long end, bool isNew) in _done.Claim(first, first + (destination.Length / _toSize)))
            {
                Span<byte> part = destination.Slice((int)(start - first) * _toSize, (int)(end - start) * _toSize);
                if (isNew)
                {
                    ConvertNew(start, part, buffer, ref tally);
                }
                else
                {
                    CastTally again = default;
                    ConvertPart(start, part, buffer, withChecksum: false, ref again);
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        _report?.Add(tally);
    }

    private void ConvertNew(long first, Span<byte> destination, byte[] buffer, ref CastTally tally)
    {
        uint crc = ConvertPart(first, destination, buffer, _checksum is not null, ref tally);
        if (_checksum is null)
        {
            return;
        }
        long length = (long)(destination.Length / _toSize) * _fromSize;
        if (_checksum.Add((first * _fromSize) + length, length, crc))
        {
            _origin.Checksum!.Confirm(_checksum.Value);
        }
    }

    /// <returns>The CRC-32 of the bytes that were read, where it is asked for.</returns>
    private uint ConvertPart(long first, Span<byte> destination, byte[] buffer, bool withChecksum, ref CastTally tally)
    {
        uint crc = 0;
        while (!destination.IsEmpty)
        {
            int count = Math.Min(ChunkLength / _fromSize, destination.Length / _toSize);
            ReadOnlySpan<byte> elements = _origin.Data.Read(first * _fromSize, count * _fromSize, buffer);
            if (withChecksum)
            {
                uint factor = elements.Length == ChunkLength ? ChunkFactor : Crc32Combiner.Factor(elements.Length);
                crc = Crc32Combiner.Combine(crc, FastCrc32.Hash(elements), factor);
            }
            _caster.Cast(elements, destination[..(count * _toSize)], ref tally);
            destination = destination[(count * _toSize)..];
            first += count;
        }
        return crc;
    }
}
