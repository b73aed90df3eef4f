namespace Pth.Tests;

/// <summary>Files of the project that tests read where they lie.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    public static string Fixtures { get; } = Path.Combine(Root, "tests", "fixtures");

    public static string Samples { get; } = Path.Combine(Root, "samples");

    private static string Find()
    {
        for (string? folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "Pth.slnx")))
            {
                return folder;
            }
        }
        throw new DirectoryNotFoundException($"no folder above {AppContext.BaseDirectory} has Pth.slnx");
    }
}
