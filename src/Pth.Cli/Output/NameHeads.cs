namespace Pth.Cli.Output;

/// <summary>How names begin, for a message about a prefix that none has.</summary>
internal static class NameHeads
{
    private const int MostShown = 5;

    public static string Describe(IEnumerable<string> names)
    {
        string[] heads =
        [
            .. names
                .Select(name =>
                    name.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot ? name[..(dot + 1)] : name
                )
                .Distinct(StringComparer.Ordinal)
                .Take(MostShown + 1),
        ];
        return heads.Length switch
        {
            0 => "nothing, there are none",
            > MostShown => $"{string.Join(", ", heads.Take(MostShown))}, ...",
            _ => string.Join(", ", heads),
        };
    }
}
