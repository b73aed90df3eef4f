using System.Runtime.CompilerServices;

namespace Pth.Cli.Tests;

/// <summary>
/// Compares text with a committed file. It never writes one by itself: <c>PTH_UPDATE_GOLDEN=1</c> makes it, and the change is then read
/// by a person in the diff.
/// </summary>
internal static class Golden
{
    public static void Verify(string name, string actual)
    {
        string path = Path.Combine(Folder(), name);
        if (Environment.GetEnvironmentVariable("PTH_UPDATE_GOLDEN") == "1")
        {
            File.WriteAllText(path, actual);
        }
        Assert.True(File.Exists(path), $"There is no golden/{name}. Make it with PTH_UPDATE_GOLDEN=1, and read it.");
        Assert.Equal(File.ReadAllText(path).ReplaceLineEndings("\n"), actual.ReplaceLineEndings("\n"));
    }

    private static string Folder([CallerFilePath] string thisFile = "") =>
        Path.Combine(Path.GetDirectoryName(thisFile)!, "golden");
}
