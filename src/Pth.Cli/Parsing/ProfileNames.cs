namespace Pth.Cli.Parsing;

/// <summary>The PyTorch versions whose files are written, as <c>--profile</c> calls them.</summary>
internal static class ProfileNames
{
    private static readonly Dictionary<string, WriterProfile> Profiles = new(StringComparer.Ordinal)
    {
        ["2.7"] = WriterProfile.PyTorch27,
        ["2.1"] = WriterProfile.PyTorch21,
        ["1.13"] = WriterProfile.PyTorch113,
        ["1.9"] = WriterProfile.PyTorch19,
    };

    public static IReadOnlyCollection<string> All => Profiles.Keys;

    /// <param name="version">One of <see cref="All"/>; null for none.</param>
    public static WriterProfile? Read(string? version) => version is null ? null : Profiles[version];
}
