using System.Collections.Immutable;
using System.Text;
using System.Text.Unicode;
using Pth.Bytes;
using Pth.Errors;

namespace Pth.Formats.TorchSharp;

/// <summary>Reads the descriptions of all tensors and steps over their elements, which stay untouched.</summary>
/// <remarks>
/// Source: TorchSharp's <c>Module.save</c> and <c>Tensor.Save</c>: the number of entries; of each its name (a length in bytes and UTF-8), the
/// number of its element type, the number of its dimensions, its sizes, its elements. All numbers but elements are unsigned LEB128.
/// </remarks>
internal sealed class TorchSharpParser(ByteSource source, ReadLimits limits)
{
    private const int WindowLength = 512;

    /// <summary>PyTorch's own limit in most places.</summary>
    private const int MaxDimensions = 64;

    /// <summary>LEB128 has 7 bits a byte; what is longer does not fit in 63 bits.</summary>
    private const int MaxNumberLength = 9;

    private readonly ErrorLocation _location = new(source.Name);
    private readonly byte[] _window = new byte[WindowLength];
    private long _windowStart;
    private int _windowLength;
    private long _position;

    /// <summary>Reads a module's file.</summary>
    /// <exception cref="CheckpointException">It is none, or does not end with its last tensor.</exception>
    public IReadOnlyList<TorchSharpEntry> ReadModule()
    {
        long count = ReadCount();
        var entries = new List<TorchSharpEntry>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (long i = 0; i < count; i++)
        {
            long start = _position;
            TorchSharpEntry entry = ReadEntry();
            if (!names.Add(entry.Name!))
            {
                throw _location
                    .At(start)
                    .Error(CheckpointErrorKind.DuplicateRecord, $"a second tensor '{entry.Name}'", "names that differ");
            }
            entries.Add(entry);
        }
        RequireEnd();
        return entries;
    }

    /// <summary>Reads a file of a lone tensor.</summary>
    public TorchSharpEntry ReadTensor()
    {
        TorchSharpEntry entry = ReadDescription(null);
        StepOver(entry);
        RequireEnd();
        return entry;
    }

    /// <summary>Reads what describes a module's first tensor, as if to see whether this is one.</summary>
    /// <returns>Null where there is none.</returns>
    public TorchSharpEntry? ReadFirst() => ReadCount() == 0 ? null : ReadDescription(ReadName());

    private long ReadCount()
    {
        long count = ReadNumber("a number of tensors");
        return count <= limits.MaxRecords
            ? count
            : throw _location
                .At(0)
                .Error(
                    CheckpointErrorKind.LimitExceeded,
                    $"{count} tensors",
                    $"at most {limits.MaxRecords} ({nameof(ReadLimits)}.{nameof(ReadLimits.MaxRecords)})"
                );
    }

    private TorchSharpEntry ReadEntry()
    {
        TorchSharpEntry entry = ReadDescription(ReadName());
        StepOver(entry);
        return entry;
    }

    private void StepOver(TorchSharpEntry entry)
    {
        long left = source.Length - _position;
        if (entry.Length > left)
        {
            ErrorLocation location = entry.Name is null ? _location : _location.In(entry.Name);
            throw location
                .At(_position)
                .Error(
                    CheckpointErrorKind.Truncated,
                    $"{left} bytes to the end of the file",
                    $"{entry.Length}: {entry.DType.TorchName} [{string.Join(", ", entry.Shape)}]"
                );
        }
        _position += entry.Length;
    }

    private void RequireEnd()
    {
        if (_position != source.Length)
        {
            throw _location
                .At(_position)
                .Error(
                    CheckpointErrorKind.InvalidHeader,
                    $"{source.Length - _position} bytes behind the last tensor",
                    "the end of the file"
                );
        }
    }

    private string ReadName()
    {
        long start = _position;
        long length = ReadNumber("the length of a name");
        if (length > Encoding.UTF8.GetMaxByteCount(limits.MaxNameLength))
        {
            throw TooLong(start, length);
        }
        if (length > source.Length - _position)
        {
            throw Cut($"a name of {length} bytes");
        }
        var bytes = new byte[length];
        source.CopyTo(_position, bytes);
        if (!Utf8.IsValid(bytes))
        {
            throw _location
                .At(start)
                .Error(
                    CheckpointErrorKind.InvalidHeader,
                    "a name that is no UTF-8",
                    "whole characters; TorchSharp's exportsd.py counts them instead of bytes, which breaks names beyond ASCII"
                );
        }
        _position += length;
        string name = Encoding.UTF8.GetString(bytes);
        return name.Length <= limits.MaxNameLength ? name : throw TooLong(start, length);
    }

    private CheckpointException TooLong(long start, long length) =>
        _location
            .At(start)
            .Error(
                CheckpointErrorKind.LimitExceeded,
                $"a name of {length} bytes",
                $"at most {limits.MaxNameLength} characters ({nameof(ReadLimits)}.{nameof(ReadLimits.MaxNameLength)})"
            );

    private TorchSharpEntry ReadDescription(string? name)
    {
        long start = _position;
        ErrorLocation location = (name is null ? _location : _location.In(name)).At(start);
        long code = ReadNumber("an element type");
        if (TorchSharpTypes.Find(code) is not { } dtype)
        {
            throw location.Error(
                CheckpointErrorKind.InvalidHeader,
                $"the element type {code}",
                "0 to 7, 9 to 11 or 15, as TorchSharp numbers them"
            );
        }
        long rank = ReadNumber("a number of dimensions");
        if (rank > MaxDimensions)
        {
            throw location.Error(CheckpointErrorKind.InvalidHeader, $"{rank} dimensions", $"at most {MaxDimensions}");
        }
        var shape = new long[rank];
        for (int i = 0; i < shape.Length; i++)
        {
            shape[i] = ReadNumber("a size");
        }
        ImmutableArray<long> strides = TensorBounds.ContiguousStrides(shape);
        if (TensorBounds.FindFault(long.MaxValue, dtype, shape, strides.AsSpan(), 0) is { } fault)
        {
            throw location.Error(CheckpointErrorKind.InvalidTensor, fault.Found, fault.Expected);
        }
        long length = dtype.BytesOf(TensorBounds.CountElements(shape));
        return new TorchSharpEntry(name, dtype, [.. shape], _position, length);
    }

    private long ReadNumber(string what)
    {
        long start = _position;
        long number = 0;
        for (int i = 0; i < MaxNumberLength; i++)
        {
            if (_position == source.Length)
            {
                throw Cut(what);
            }
            byte next = ReadByte();
            number |= (long)(next & 0x7F) << (7 * i);
            if ((next & 0x80) == 0)
            {
                return number;
            }
        }
        throw _location
            .At(start)
            .Error(CheckpointErrorKind.InvalidHeader, "a number of more than 63 bits", $"{what} that fits");
    }

    private byte ReadByte()
    {
        if (_position < _windowStart || _position >= _windowStart + _windowLength)
        {
            _windowStart = _position;
            _windowLength = (int)Math.Min(WindowLength, source.Length - _position);
            source.CopyTo(_position, _window.AsSpan(0, _windowLength));
        }
        return _window[(int)(_position++ - _windowStart)];
    }

    private CheckpointException Cut(string expected) =>
        _location.At(_position).Error(CheckpointErrorKind.Truncated, "the end of the file", expected);
}
