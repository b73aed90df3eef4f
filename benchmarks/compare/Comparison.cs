using System.Diagnostics;

namespace Pth.Benchmarks.Compare;

/// <summary>
/// Asks Pth and every PyTorch that is here the same questions on the same data, in turn, and prints medians.
/// </summary>
internal static class Comparison
{
    private const string Newest = "PyTorch 2.14.1";

    public static int Run(Settings settings)
    {
        Directory.CreateDirectory(settings.Folder);
        using var contenders = new Contenders(settings);
        SharedData.Make(contenders);
        var rows = new List<ResultRow>();
        foreach (Question question in Questions(settings, contenders))
        {
            if (settings.Only.Count == 0 || settings.Only.Contains(question.Name, StringComparer.Ordinal))
            {
                rows.Add(Ask(question, contenders, settings.Rounds));
                Console.WriteLine(rows[^1].ToText(Newest));
            }
        }
        string file = ResultTable.Write(settings.Results, rows, contenders, Newest, settings.Rounds);
        Console.WriteLine($"written to {file}");
        return rows.TrueForAll(row => row.MeetsGoal(Newest)) ? 0 : 1;
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

    private static ResultRow Ask(Question question, Contenders contenders, int rounds)
    {
        var runs = contenders.All.ToDictionary(c => c, _ => new List<Measurement>());
        // The first round warms the page cache and the JIT; it is not counted.
        for (int round = -1; round < rounds; round++)
        {
            foreach (Contender contender in contenders.All)
            {
                Settle(contender);
                if (question.Ask(contender) is { } run && round >= 0)
                {
                    runs[contender].Add(run);
                }
            }
        }
        return new ResultRow(
            question,
            runs.ToDictionary(pair => pair.Key.Name, pair => pair.Value, StringComparer.Ordinal)
        );
    }

    /// <summary>Removes the last output and waits for the disk, so that nobody pays for another's writes.</summary>
    private static void Settle(Contender contender)
    {
        File.Delete(Path.Combine(contender.Folder, "out.pth"));
        using Process sync = Process.Start("sync");
        sync.WaitForExit();
    }
}
