using System.Globalization;
using System.Runtime.InteropServices;

namespace Pth.Formats.Sharded;

/// <summary>The name of one of several files: <c>model-00001-of-00002.safetensors</c>.</summary>
/// <param name="Stem">What stands before the number: <c>model</c>.</param>
/// <param name="Count">How many there are.</param>
/// <param name="Rest">What stands behind it: <c>.safetensors</c>.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ShardName(string Stem, int Count, string Rest)
{
    private const int Digits = 5;
    private const string Of = "-of-";

    /// <summary>The name of the file of a number, from 1.</summary>
    public string At(int number) => $"{Stem}-{number:D5}{Of}{Count:D5}{Rest}";

    public static bool TryParse(string name, out ShardName shard)
    {
        shard = default;
        int of = name.LastIndexOf(Of, StringComparison.Ordinal);
        int start = of - Digits - 1;
        int rest = of + Of.Length + Digits;
        if (
            start < 1
            || rest > name.Length
            || name[start] != '-'
            || !TryNumber(name.AsSpan(start + 1, Digits), out _)
            || !TryNumber(name.AsSpan(of + Of.Length, Digits), out int count)
        )
        {
            return false;
        }
        shard = new ShardName(name[..start], count, name[rest..]);
        return true;
    }

    private static bool TryNumber(ReadOnlySpan<char> digits, out int number) =>
        int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
