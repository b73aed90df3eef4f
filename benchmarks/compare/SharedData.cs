using System.Diagnostics;

namespace Pth.Benchmarks.Compare;

/// <summary>The files that all contenders read: made once by PyTorch, linked into each one's folder.</summary>
internal sealed class SharedData
{
    private static readonly string[] Names = ["vgg16", "20000"];

    public static SharedData Make(Contenders contenders, Settings settings)
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
        return new SharedData();
    }

    /// <summary>The file's path as the contender sees it.</summary>
    public string For(Contender contender, string name) =>
        contender.Inside(Path.Combine(contender.Folder, name + ".pth"));
}
