using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using Pth.Errors;
using Pth.Formats.Torch;

namespace Pth.Formats.Numpy;

/// <summary>What stands before the elements of a NumPy file.</summary>
/// <param name="Type">The element type as the file says it: <c>&lt;f4</c>, or a list of fields.</param>
/// <param name="IsFortran">Whether the first dimension runs fastest.</param>
/// <param name="Shape">The sizes.</param>
/// <param name="Length">Its own length in bytes: where the elements begin.</param>
/// <param name="Version">1, 2 or 3.</param>
/// <remarks>Source: NumPy's <c>numpy/lib/format.py</c>, format versions 1.0, 2.0 and 3.0.</remarks>
internal sealed record NpyHeader(string Type, bool IsFortran, ImmutableArray<long> Shape, int Length, int Version)
{
    /// <summary>The bytes that tell how long the header is.</summary>
    public const int PrefixLength = 12;

    /// <summary>The longest header. One with 64 dimensions and a structure of hundreds of fields is far shorter.</summary>
    private const int MaxLength = 1 << 20;

    /// <summary>What every file begins with.</summary>
    public static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>The element type; null where the elements are no numbers that PyTorch has.</summary>
    public DType? DType => Type.Length > 1 && "<>|=".Contains(Type[0]) ? NumpyArray.FindType(Type[1..]) : null;

    /// <summary>Whether numbers begin with their highest byte.</summary>
    public bool IsBigEndian => Type[0] == '>';

    /// <summary>The length of a header, as its first bytes say.</summary>
    /// <param name="prefix">The first <see cref="PrefixLength"/> bytes, or all.</param>
    /// <param name="available">The length of the file.</param>
    /// <param name="location">The file, for errors.</param>
    public static int Measure(ReadOnlySpan<byte> prefix, long available, ErrorLocation location)
    {
        if (!prefix.StartsWith(Magic))
        {
            throw location.Error(
                CheckpointErrorKind.InvalidHeader,
                $"{Convert.ToHexString(prefix[..Math.Min(prefix.Length, Magic.Length)])}",
                "the magic bytes of a NumPy array"
            );
        }
        if (prefix.Length < Magic.Length + 4)
        {
            throw Cut(available, "a header", location);
        }
        (int major, int minor) = (prefix[Magic.Length], prefix[Magic.Length + 1]);
        if (major is < 1 or > 3 || minor != 0)
        {
            throw location
                .At(Magic.Length)
                .Error(CheckpointErrorKind.Unsupported, $"version {major}.{minor}", "1.0, 2.0 or 3.0");
        }
        ReadOnlySpan<byte> rest = prefix[(Magic.Length + 2)..];
        if (major > 1 && rest.Length < sizeof(uint))
        {
            throw Cut(available, "a header", location);
        }
        long length =
            major == 1
                ? Magic.Length + 2 + sizeof(ushort) + BinaryPrimitives.ReadUInt16LittleEndian(rest)
                : Magic.Length + 2 + sizeof(uint) + BinaryPrimitives.ReadUInt32LittleEndian(rest);
        if (length > available)
        {
            throw Cut(available, $"a header of {length}", location);
        }
        return length <= MaxLength
            ? (int)length
            : throw location.Error(
                CheckpointErrorKind.LimitExceeded,
                $"a header of {length} bytes",
                $"at most {MaxLength}"
            );
    }

    /// <summary>Reads a whole header.</summary>
    /// <param name="header">As many bytes as <see cref="Measure"/> says.</param>
    /// <param name="location">The file, for errors.</param>
    public static NpyHeader Read(ReadOnlySpan<byte> header, ErrorLocation location)
    {
        int version = header[Magic.Length];
        int start = Magic.Length + 2 + (version == 1 ? sizeof(ushort) : sizeof(uint));
        // The third version is there for names of fields that are not Latin-1.
        Encoding encoding = version == 3 ? Encoding.UTF8 : Encoding.Latin1;
        var parser = new NpyHeaderParser(header, start, location);
        (string type, bool isFortran, ImmutableArray<long> shape) = parser.Read(encoding);
        return new NpyHeader(type, isFortran, shape, header.Length, version);
    }

    private static CheckpointException Cut(long available, string expected, ErrorLocation location) =>
        location.At(available).Error(CheckpointErrorKind.Truncated, $"the end after {available} bytes", expected);
}
