using System.Diagnostics;
using System.Globalization;

namespace Pth.Benchmarks.Compare;

/// <summary>The .NET side: the same tasks as <c>torch_worker.py</c>, in the same words.</summary>
internal static class PthWorker
{
    /// <param name="input">The tasks.</param>
    /// <param name="output">The answers.</param>
    /// <param name="prepare">Gets everything ready for a task and gives what is to be timed.</param>
    public static int Run(TextReader input, TextWriter output, Func<HeldState, string[], Action> prepare)
    {
        using var held = new HeldState();
        Say(output, $"ready .NET-{Environment.Version}");
        while (input.ReadLine() is { } line && line != "quit")
        {
            string[] words = line.Split('\t');
            int times = Repeated.Times(words[0]);
            Action work = Repeated.Of(prepare(held, words), times);
            GC.Collect();
            GC.WaitForPendingFinalizers();
            Say(output, "ready");
            _ = input.ReadLine();
            long start = Stopwatch.GetTimestamp();
            work();
            Say(
                output,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"done {Stopwatch.GetElapsedTime(start).TotalSeconds / times}"
                )
            );
        }
        return 0;
    }

    private static void Say(TextWriter output, string line)
    {
        output.WriteLine(line);
        output.Flush();
    }

    /// <summary>The tasks of the library alone.</summary>
    public static Action Prepare(HeldState held, string[] words)
    {
        switch (words)
        {
            case ["save", var file, var target]:
                return Save(held.Load(file), target, Durability.Kernel);
            case ["save-synced", var file, var target]:
                return Save(held.Load(file), target, Durability.Synced);
            case ["load", var path]:
                held.Drop();
                return () => held.Keep(Checkpoint.Load(path));
            case ["map", var path]:
                held.Drop();
                return () => held.Keep(Checkpoint.Open(path));
            case [var task, .. var arguments] when ContainerTasks.Find(task, held) is { } prepare:
                return prepare(arguments);
            default:
                throw new InvalidOperationException($"No task {words[0]}.");
        }
    }

    private static Action Save(StateDict state, string target, Durability durability) =>
        () => Checkpoint.Save(target, state, new WriteOptions { Durability = durability });
}
