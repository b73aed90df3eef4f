using System.Globalization;

namespace Pth.Cli.Parsing;

/// <summary>Sizes as people write them: <c>5GB</c>, <c>500 MB</c>, <c>2GiB</c>, <c>1000000</c>.</summary>
internal static class ByteSize
{
    private static readonly (string Unit, long Bytes)[] Units =
    [
        ("KIB", 1L << 10),
        ("MIB", 1L << 20),
        ("GIB", 1L << 30),
        ("TIB", 1L << 40),
        ("KB", 1000),
        ("MB", 1000_000),
        ("GB", 1000_000_000),
        ("TB", 1000_000_000_000),
        ("B", 1),
        ("", 1),
    ];

    /// <summary>Units without an i are powers of 1000, as Hugging Face counts them.</summary>
    /// <returns>Null for what is no size of 1 byte or more.</returns>
    public static long? Parse(string text)
    {
        string upper = text.ToUpperInvariant();
        (string unit, long bytes) = Array.Find(Units, known => upper.EndsWith(known.Unit, StringComparison.Ordinal));
        return
            decimal.TryParse(
                upper[..^unit.Length].Trim(),
                NumberStyles.AllowDecimalPoint,
                CultureInfo.InvariantCulture,
                out decimal number
            )
            && number <= long.MaxValue / bytes
            && (long)(number * bytes) is >= 1 and var size
            ? size
            : null;
    }
}
