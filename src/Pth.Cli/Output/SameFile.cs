namespace Pth.Cli.Output;

/// <summary>Whether two paths name one file, links followed.</summary>
internal static class SameFile
{
    public static bool Is(string a, string b) => string.Equals(Resolve(a), Resolve(b), StringComparison.Ordinal);

    private static string Resolve(string path) =>
        File.Exists(path) && File.ResolveLinkTarget(path, returnFinalTarget: true) is { } target
            ? target.FullName
            : Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
}
