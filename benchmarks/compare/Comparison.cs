namespace Pth.Benchmarks.Compare;

/// <summary>
/// Asks Pth and every PyTorch that is here the same questions on the same data, in turn, and prints medians.
/// </summary>
internal static class Comparison
{
    private const string Newest = "PyTorch " + PyTorch.Newest;

    public static int Run(Settings settings)
    {
        Directory.CreateDirectory(settings.Folder);
        using var contenders = new Contenders(settings, PyTorch.All);
        SharedData.Make(contenders);
        List<ResultRow> rows = Contest.Run(Questions(settings, contenders), contenders, settings, Newest);
        var table = new ResultTable("Pth beside PyTorch", "compare", rows, contenders, Newest);
        return table.Write(settings) ? 0 : 1;
    }

    private static IEnumerable<Question> Questions(Settings settings, Contenders contenders)
    {
        string State(Contender c, string name) => c == contenders.Pth ? SharedData.For(c, name) : name;
        string Target(Contender c) => c.Inside(Path.Combine(c.Folder, "out.pth"));
        yield return new("save", 0.3, c => c.Run("save", State(c, "vgg16"), Target(c)));
        yield return new("save-synced", 0.8, c => c.Run("save-synced", State(c, "vgg16"), Target(c)));
        yield return new("load", 0.25, c => c.Run("load", SharedData.For(c, "vgg16")));
        yield return new("map", 0.15, c => c.Run("map", SharedData.For(c, "vgg16")));
        yield return new("small-save", 0.3, c => c.Run("save", State(c, "20000"), Target(c)));
        yield return new("small-load", 0.1, c => c.Run("load", SharedData.For(c, "20000")));
        yield return new(
            "ls",
            0.03,
            c =>
                c == contenders.Pth
                    ? TimedProcess.Run([settings.Pth, "ls", SharedData.For(c, "vgg16")])
                    : contenders.Python(
                        c,
                        "import torch,sys; torch.load(sys.argv[1], mmap=True)",
                        SharedData.For(c, "vgg16")
                    )
        );
        yield return new(
            "rename",
            null,
            c =>
                c == contenders.Pth
                    ? TimedProcess.Run([
                        settings.Pth,
                        "rename",
                        SharedData.For(c, "vgg16"),
                        "-o",
                        Target(c),
                        "--add-prefix",
                        "module.",
                    ])
                    : contenders.Python(c, RenameScript, SharedData.For(c, "vgg16"), Target(c))
        );
    }

    private const string RenameScript = """
        import torch, sys, os
        from collections import OrderedDict
        state = torch.load(sys.argv[1])
        torch.save(OrderedDict(("module." + k, v) for k, v in state.items()), sys.argv[2])
        descriptor = os.open(sys.argv[2], os.O_RDONLY)
        os.fsync(descriptor)
        """;
}
