namespace Pth.Cli.Tests;

/// <summary>Files of the project that the tests read.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string Sample { get; } = Path.Combine(Root, "samples", "vgg16_bn_dataparallel.pth");

    public static string PlainSample { get; } = Path.Combine(Root, "samples", "vgg16_bn.pth");

    public static string Fixture(string path) => Path.Combine(Root, "tests", "fixtures", path);

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Pth.slnx")))
        {
            folder = folder.Parent;
        }
        return folder?.FullName ?? throw new InvalidOperationException("The tests do not lie in the repository.");
    }
}
