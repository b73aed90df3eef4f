namespace Pth.Torch.Loading;

/// <summary>What may have been meant where names do not match.</summary>
internal static class LoadHints
{
    private const int MaxNames = 5;

    public static IReadOnlyList<string> Of(KeyMatcher matcher, LoadStateDictOptions options)
    {
        var hints = new List<string>();
        if (matcher.Missing.Count == 0 || matcher.Unexpected.Count == 0)
        {
            return hints;
        }
        if (!options.Unwrap)
        {
            var missing = RenameRule.Unwrap.Bind(matcher.Missing);
            var unexpected = RenameRule.Unwrap.Bind(matcher.Unexpected);
            HashSet<string> bare = [.. matcher.Missing.Select(missing.Rename)];
            if (matcher.Unexpected.Any(name => bare.Contains(unexpected.Rename(name))))
            {
                hints.Add(
                    "Hint: the names differ by what a wrapper adds, as DataParallel's \"module.\": load with Unwrap = true. "
                );
                return hints;
            }
        }
        foreach (string name in matcher.Missing.Take(MaxNames))
        {
            IReadOnlyList<string> near = NameSuggestions.For(name, matcher.Unexpected);
            if (near.Count > 0)
            {
                hints.Add(
                    $"Hint: for \"{name}\" the state_dict may have {string.Join(" or ", near.Select(n => $"\"{n}\""))}. "
                );
            }
        }
        return hints;
    }
}
