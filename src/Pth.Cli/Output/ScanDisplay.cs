using Pth.Cli.Console;
using Spectre.Console;

namespace Pth.Cli.Output;

/// <summary>Shows how many files of a folder are done. On standard error, and only where a person looks at it.</summary>
internal static class ScanDisplay
{
    public static T Run<T>(ICommandConsole console, Func<IProgress<ScanProgress>?, T> work)
    {
        if (!console.IsErrorTerminal)
        {
            return work(null);
        }
        return new Progress(Terminal.Open(console.Error, console, ansi: true, redraws: true))
            .AutoClear(enabled: true)
            .Columns(
                new TaskDescriptionColumn(),
                new ProgressBarColumn(),
                new PercentageColumn(),
                new RemainingTimeColumn()
            )
            .Start(context =>
            {
                ProgressTask task = context.AddTask("scanning");
                return work(new TaskProgress(task));
            });
    }

    private sealed class TaskProgress(ProgressTask task) : IProgress<ScanProgress>
    {
        public void Report(ScanProgress value)
        {
            task.MaxValue = value.Total;
            task.Value = value.Files;
        }
    }
}
