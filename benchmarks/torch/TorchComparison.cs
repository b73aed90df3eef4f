using Pth.Benchmarks.Compare;

namespace Pth.Benchmarks.Torch;

/// <summary>Modules of TorchSharp beside those of PyTorch: VGG16, 553 MB.</summary>
internal static class TorchComparison
{
    private const string Newest = "PyTorch " + PyTorch.Newest;
    private const string Model = "vgg16.pth";
    private const string Half = "vgg16-bfloat16.pth";
    private const double MostAddedMegabytes = 32;

    public static int Run(Settings settings)
    {
        Directory.CreateDirectory(settings.Folder);
        using var contenders = new Contenders(settings, [PyTorch.Newest]);
        Contender maker = contenders.Newest;
        maker.Run("save", "vgg16", Data(maker, Model));
        maker.Run("to-bfloat16", "vgg16", Data(maker, Half));
        List<ResultRow> rows = Contest.Run(Questions(Data), contenders, settings, Newest);
        var table = new ResultTable("Modules of TorchSharp: Pth beside PyTorch", "torch", rows, contenders, Newest);
        return table.Write(settings) ? 0 : 1;

        // The files lie in the folder of the one that made them, which Pth sees too.
        string Data(Contender c, string name) => c.Inside(Path.Combine(contenders.Newest.Folder, name));
    }

    private static IEnumerable<Question> Questions(Func<Contender, string, string> data)
    {
        static string Target(Contender c) => c.Inside(Path.Combine(c.Folder, "out.pth"));
        yield return new("module-load", 0.8, c => c.Run("module-load", data(c, Model)))
        {
            AddedMemoryGoal = MostAddedMegabytes,
            About =
                "A `.pth` of 553 MB into a VGG16 that is in memory. `net.LoadCheckpoint(path)`, which checks the checksums before it changes anything; `net.load_state_dict(torch.load(path, weights_only=True))`.",
        };
        yield return new("module-load-bfloat16", 0.8, c => c.Run("module-load", data(c, Half)))
        {
            AddedMemoryGoal = MostAddedMegabytes,
            About = "The same from a file of bfloat16, 277 MB, converted to the float32 of the network.",
        };
        yield return new("module-assign", null, c => c.Run("module-assign", data(c, Model)))
        {
            About =
                "The network takes the mapped file as its tensors; no values are read. `Assign = true`; `torch.load(mmap=True)` and `assign=True`. Pth checks the shapes, PyTorch too.",
        };
        yield return new("module-save", 0.5, c => c.Run("module-save", Target(c)))
        {
            AddedMemoryGoal = MostAddedMegabytes,
            About =
                "The network, 553 MB, to a new `.pth`, not synced; both write the same bytes. `net.SaveCheckpoint(path)`; `torch.save(net.state_dict(), path)`.",
        };
        yield return new("module-save-synced", null, c => c.Run("module-save-synced", Target(c)))
        {
            AddedMemoryGoal = MostAddedMegabytes,
            About = "The same, and the file is on the disk at the end.",
        };
    }
}
