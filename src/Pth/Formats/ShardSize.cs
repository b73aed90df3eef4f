using System.Globalization;

namespace Pth;

/// <summary>How large a shard may be, in the words of <c>huggingface_hub</c>: <c>5GB</c>, <c>500MB</c>. A kilobyte is 1,000 bytes.</summary>
public static class ShardSize
{
    /// <summary>5 GB.</summary>
    public const long Default = 5_000_000_000;

    private static readonly (string Unit, long Bytes)[] Units =
    [
        ("TB", 1_000_000_000_000),
        ("GB", 1_000_000_000),
        ("MB", 1_000_000),
        ("KB", 1_000),
    ];

    /// <summary>Reads a size.</summary>
    /// <param name="text">A number, whole or not, with KB, MB, GB or TB in any case; or bytes alone.</param>
    /// <param name="bytes">The bytes; a part of one is cut off.</param>
    /// <returns>Whether it is a size of at least one byte.</returns>
    public static bool TryParse(string text, out long bytes)
    {
        ArgumentNullException.ThrowIfNull(text);
        (string unit, long size) = Array.Find(
            Units,
            candidate => text.TrimEnd().EndsWith(candidate.Unit, StringComparison.OrdinalIgnoreCase)
        );
        string number = text.Trim();
        number = unit is null ? number : number[..^unit.Length].TrimEnd();
        bytes = 0;
        bool isNumber = decimal.TryParse(
            number,
            NumberStyles.AllowDecimalPoint,
            CultureInfo.InvariantCulture,
            out decimal value
        );
        if (!isNumber || value > long.MaxValue / (decimal)Math.Max(size, 1))
        {
            return false;
        }
        bytes = (long)(value * Math.Max(size, 1));
        return bytes > 0 && (unit is not null || value == bytes);
    }
}
