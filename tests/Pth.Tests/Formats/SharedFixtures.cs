namespace Pth.Tests.Formats;

/// <summary>The folder of real checkpoints with known contents, where it lies beside the project.</summary>
internal static class SharedFixtures
{
    public static string? Folder { get; } = Find();

    /// <summary>All files that begin as a zip does.</summary>
    public static IEnumerable<string> Zips()
    {
        Assert.SkipWhen(Folder is null, "The folder shared/fixtures is not beside the project.");
        return Directory
            .EnumerateFiles(Folder!, "*", SearchOption.AllDirectories)
            .Where(StartsAsZip)
            .Order(StringComparer.Ordinal);
    }

    private static bool StartsAsZip(string path)
    {
        Span<byte> head = stackalloc byte[4];
        using FileStream file = File.OpenRead(path);
        return file.ReadAtLeast(head, 4, throwOnEndOfStream: false) == 4 && head.SequenceEqual("PK\x03\x04"u8);
    }

    private static string? Find()
    {
        for (string? folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            string candidate = Path.Combine(folder, "shared", "fixtures");
            if (Directory.Exists(candidate))
            {
                return candidate;
            }
        }
        return null;
    }
}
