namespace Pth.Cli.Output;

/// <summary>Words of a command line that a person may copy.</summary>
internal static class ShellQuote
{
    /// <summary>The word as it is when no shell would change it, else in single quotes.</summary>
    public static string Of(string word) =>
        word.Length > 0 && word.All(IsHarmless) ? word : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static bool IsHarmless(char c) =>
        char.IsLetterOrDigit(c) || c is '.' or '_' or '-' or '/' or ':' or '+' or ',' or '=';
}
