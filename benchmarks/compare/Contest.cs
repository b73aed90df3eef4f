using System.Diagnostics;

namespace Pth.Benchmarks.Compare;

/// <summary>Asks every contender every question, in turn, and prints what came out.</summary>
internal static class Contest
{
    public static List<ResultRow> Run(
        IEnumerable<Question> questions,
        Contenders contenders,
        Settings settings,
        string newest
    )
    {
        var rows = new List<ResultRow>();
        foreach (Question question in questions)
        {
            if (settings.Only.Count == 0 || settings.Only.Contains(question.Name, StringComparer.Ordinal))
            {
                rows.Add(Ask(question, contenders, settings.Rounds));
                Console.WriteLine(rows[^1].ToText(newest));
            }
        }
        return rows;
    }

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
        foreach (string output in Directory.EnumerateFiles(contender.Folder, "out.*"))
        {
            File.Delete(output);
        }
        using Process sync = Process.Start("sync");
        sync.WaitForExit();
    }
}
