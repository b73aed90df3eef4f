using System.Collections.Immutable;
using System.Text;
using Pth.Errors;

namespace Pth.Formats.Numpy;

/// <summary>
/// Reads the one Python literal that a header is, and nothing else of Python: a dictionary of a text or list, a truth value and a tuple of
/// integers.
/// </summary>
internal ref struct NpyHeaderParser(ReadOnlySpan<byte> header, int start, ErrorLocation location)
{
    /// <summary>More than NumPy (64) and PyTorch (64 in most places) take.</summary>
    private const int MaxDimensions = 65_536;

    private readonly ReadOnlySpan<byte> _header = header;
    private int _position = start;

    /// <summary>Reads the header to its end.</summary>
    public (string Type, bool IsFortran, ImmutableArray<long> Shape) Read(Encoding encoding)
    {
        string? type = null;
        bool? isFortran = null;
        ImmutableArray<long>? shape = null;
        Expect((byte)'{');
        while (!TryTake((byte)'}'))
        {
            int at = SkipSpace();
            string key = ReadText(encoding);
            Expect((byte)':');
            SkipSpace();
            switch (key)
            {
                case "descr" when type is null:
                    type = Peek() is (byte)'\'' or (byte)'"' ? ReadText(encoding) : ReadStructure(encoding);
                    break;
                case "fortran_order" when isFortran is null:
                    isFortran = ReadTruth();
                    break;
                case "shape" when shape is null:
                    shape = ReadShape();
                    break;
                default:
                    throw Error(at, $"the key '{key}'", "'descr', 'fortran_order' and 'shape', once each");
            }
            if (!TryTake((byte)','))
            {
                Expect((byte)'}');
                break;
            }
        }
        if (SkipSpace() != _header.Length)
        {
            throw Error(_position, Found(), "the end of the header");
        }
        if (type is null || isFortran is not { } order || shape is not { } sizes)
        {
            throw Error(_header.Length, "a dictionary without one of them", "'descr', 'fortran_order' and 'shape'");
        }
        return (type, order, sizes);
    }

    private ImmutableArray<long> ReadShape()
    {
        Expect((byte)'(');
        ImmutableArray<long>.Builder sizes = ImmutableArray.CreateBuilder<long>();
        bool comma = true;
        while (!TryTake((byte)')'))
        {
            if (!comma || sizes.Count == MaxDimensions)
            {
                throw Error(_position, Found(), "a comma or a bracket");
            }
            sizes.Add(ReadSize());
            comma = TryTake((byte)',');
        }
        // (3) is a number and no tuple.
        return sizes.Count != 1 || comma
            ? sizes.ToImmutable()
            : throw Error(_position, "a number in brackets", "a tuple");
    }

    private long ReadSize()
    {
        int first = SkipSpace();
        long size = 0;
        while (Peek() is >= (byte)'0' and <= (byte)'9')
        {
            int digit = _header[_position] - '0';
            if (size > (long.MaxValue - digit) / 10)
            {
                throw Error(first, "a size of more than 63 bits", "one that fits");
            }
            size = size * 10 + digit;
            _position++;
        }
        if (_position == first)
        {
            throw Error(first, Found(), "a size");
        }
        // Python 2 wrote its long integers so.
        if (Peek() == 'L')
        {
            _position++;
        }
        return size;
    }

    private bool ReadTruth()
    {
        ReadOnlySpan<byte> rest = _header[_position..];
        bool isTrue = rest.StartsWith("True"u8);
        if (!isTrue && !rest.StartsWith("False"u8))
        {
            throw Error(_position, Found(), "True or False");
        }
        _position += isTrue ? 4 : 5;
        return isTrue;
    }

    private string ReadText(Encoding encoding)
    {
        SkipSpace();
        byte quote = Peek();
        if (quote is not ((byte)'\'' or (byte)'"'))
        {
            throw Error(_position, Found(), "a text");
        }
        int first = ++_position;
        int length = _header[first..].IndexOfAny(quote, (byte)'\\', (byte)'\n');
        if (length < 0 || _header[first + length] != quote)
        {
            throw Error(first, "a text with an escape or without an end", "one in quotes");
        }
        _position = first + length + 1;
        return encoding.GetString(_header.Slice(first, length));
    }

    /// <summary>Steps over the list of a structure's fields, which is kept as a text.</summary>
    private string ReadStructure(Encoding encoding)
    {
        int first = _position;
        if (Peek() is not ((byte)'[' or (byte)'('))
        {
            throw Error(first, Found(), "a type");
        }
        int depth = 0;
        byte quote = 0;
        do
        {
            byte c = Peek();
            if (c == 0)
            {
                throw Error(first, "a type without an end", "closed brackets");
            }
            _position++;
            if (quote != 0)
            {
                // What is escaped is never the end.
                _position += c == '\\' ? 1 : 0;
                quote = c == quote ? (byte)0 : quote;
            }
            else if (c is (byte)'\'' or (byte)'"')
            {
                quote = c;
            }
            else
            {
                depth += c is (byte)'[' or (byte)'(' ? 1 : 0;
                depth -= c is (byte)']' or (byte)')' ? 1 : 0;
            }
        } while (depth > 0);
        return encoding.GetString(_header[first.._position]);
    }

    /// <returns>The next byte, or 0 at the end.</returns>
    private readonly byte Peek() => _position < _header.Length ? _header[_position] : (byte)0;

    private int SkipSpace()
    {
        while (Peek() is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
        {
            _position++;
        }
        return _position;
    }

    private bool TryTake(byte c)
    {
        SkipSpace();
        if (Peek() != c)
        {
            return false;
        }
        _position++;
        return true;
    }

    private void Expect(byte c)
    {
        if (!TryTake(c))
        {
            throw Error(_position, Found(), $"'{(char)c}'");
        }
    }

    private readonly string Found() =>
        _position >= _header.Length ? "the end of the header"
        : _header[_position] is > 0x20 and < 0x7F and var c ? $"'{(char)c}'"
        : $"0x{_header[_position]:X2}";

    private readonly CheckpointException Error(int at, string found, string expected) =>
        location.At(at).Error(CheckpointErrorKind.InvalidHeader, found, expected);
}
