using System.Buffers.Binary;
using System.Text;

namespace Pth.Tar;

/// <summary>Where the fields of a tar header lie, and how they are written.</summary>
/// <remarks>Source: POSIX.1-2001 <c>pax</c>, <em>ustar Interchange Format</em>; GNU tar, <c>src/tar.h</c>.</remarks>
internal static class TarFormat
{
    /// <summary>Headers and contents begin at multiples of this.</summary>
    public const int BlockLength = 512;

    public const byte PaxHeader = (byte)'x';
    public const byte PaxGlobalHeader = (byte)'g';
    public const byte GnuLongName = (byte)'L';
    public const byte GnuLongLink = (byte)'K';
    public const byte GnuSparse = (byte)'S';

    private const int ChecksumOffset = 148;
    private const int ChecksumLength = 8;

    /// <summary>How much of the block after its beginning GNU's numbers take for the base of 256: 11 bytes, of which 8 fit in a long.</summary>
    private const int BinaryDigits = 8;

    private static ReadOnlySpan<byte> UstarMagic => "ustar\0"u8;

    public static byte TypeOf(ReadOnlySpan<byte> header) => header[156];

    public static ReadOnlySpan<byte> SizeOf(ReadOnlySpan<byte> header) => header.Slice(124, 12);

    public static string LinkOf(ReadOnlySpan<byte> header) => Text(header.Slice(157, 100));

    /// <summary>The name; in the POSIX format it may be in two parts.</summary>
    public static string NameOf(ReadOnlySpan<byte> header)
    {
        string name = Text(header[..100]);
        string prefix = header.Slice(257, 6).SequenceEqual(UstarMagic) ? Text(header.Slice(345, 155)) : "";
        return prefix.Length == 0 ? name : $"{prefix}/{name}";
    }

    /// <summary>A text up to its first zero byte.</summary>
    public static string Text(ReadOnlySpan<byte> field)
    {
        int end = field.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? field : field[..end]);
    }

    /// <summary>Whether a block is a header: its bytes have the sum that it records.</summary>
    public static bool IsHeader(ReadOnlySpan<byte> block)
    {
        if (
            block.Length < BlockLength
            || !TryReadNumber(block.Slice(ChecksumOffset, ChecksumLength), out long recorded)
        )
        {
            return false;
        }
        long sum = ChecksumLength * ' ';
        // Some old writers took bytes for signed.
        long signed = sum;
        for (int i = 0; i < BlockLength; i++)
        {
            if (i is < ChecksumOffset or >= ChecksumOffset + ChecksumLength)
            {
                sum += block[i];
                signed += unchecked((sbyte)block[i]);
            }
        }
        return recorded == sum || recorded == signed;
    }

    /// <summary>A number: octal digits, or with the highest bit set in base 256 (GNU), where they do not suffice.</summary>
    /// <returns>False when it is none, negative, or larger than 64 bits hold.</returns>
    public static bool TryReadNumber(ReadOnlySpan<byte> field, out long value)
    {
        value = 0;
        if (field[0] == 0x80)
        {
            ReadOnlySpan<byte> low = field[^BinaryDigits..];
            value = BinaryPrimitives.ReadInt64BigEndian(low);
            return value >= 0 && field[1..^BinaryDigits].IndexOfAnyExcept((byte)0) < 0;
        }
        ReadOnlySpan<byte> digits = field.TrimStart((byte)' ');
        int end = digits.IndexOfAny((byte)0, (byte)' ');
        digits = end < 0 ? digits : digits[..end];
        foreach (byte digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'7')
            {
                return false;
            }
            // At most 12 digits of 3 bits.
            value = (value * 8) + (digit - '0');
        }
        return true;
    }
}
