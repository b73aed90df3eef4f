namespace Pth.Tests.House;

/// <summary>The blocks of README.md that tests hold against what they show.</summary>
internal static class Readme
{
    public const int MostLines = 150;

    public static string[] Lines { get; } = File.ReadAllLines(Path.Combine(Repository.Root, "README.md"));

    /// <summary>The text of the only block of a language.</summary>
    public static string Block(string language)
    {
        int start = Array.IndexOf(Lines, $"```{language}");
        Assert.True(start >= 0, $"README.md has no block ```{language}");
        Assert.Equal(start, Array.LastIndexOf(Lines, $"```{language}"));
        int end = Array.IndexOf(Lines, "```", start);
        return string.Concat(Lines[(start + 1)..end].Select(line => $"{line}\n"));
    }
}
