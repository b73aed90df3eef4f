using System.Globalization;

namespace Pth.StateDicts;

/// <summary>Names of modules that are numbers, as <c>Sequential</c> and <c>ModuleList</c> give them.</summary>
internal static class ModuleNumbers
{
    private const int MaxDigits = 9;

    public static bool TryParse(string name, out int number) =>
        // 007 is a name, and so is what no list could count to.
        int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out number)
        && name.Length <= MaxDigits
        && (name.Length == 1 || name[0] != '0');

    public static string Range(int first, int last) => first == last ? $"{first}" : $"{first}-{last}";
}
