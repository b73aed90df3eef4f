using System.Diagnostics;

namespace Pth.Benchmarks.Compare;

/// <summary>The files that all contenders read: made once by PyTorch, linked into each one's folder.</summary>
internal static class SharedData
{
    private static readonly string[] Names = ["vgg16", "20000"];

    public static void Make(Contenders contenders)
    {
        foreach (string name in Names)
        {
            Contender maker = contenders.Newest;
            string made = Path.Combine(maker.Folder, name + ".pth");
            maker.Run("save", name, maker.Inside(made));
            foreach (Contender contender in contenders.All.Where(c => c != maker))
            {
                string link = Path.Combine(contender.Folder, name + ".pth");
                File.Delete(link);
                using Process process = Process.Start("ln", [made, link]);
                process.WaitForExit();
            }
        }
    }

    /// <summary>The file's path as the contender sees it.</summary>
    public static string For(Contender contender, string name) =>
        contender.Inside(Path.Combine(contender.Folder, name + ".pth"));
}
