using Pth.Cli.Console;
using Spectre.Console;

namespace Pth.Cli.Output;

/// <summary>Shows how far long work has come: bytes, rate, time left. On standard error, and only where a person looks at it.</summary>
internal static class TransferDisplay
{
    // Done before anybody could read it.
    private const long ShortWork = 256 << 20;

    /// <summary>Runs work that counts its bytes.</summary>
    /// <param name="console">Where it is shown.</param>
    /// <param name="what">What is done, in one word: <c>hashing</c>.</param>
    /// <param name="total">The bytes there are.</param>
    /// <param name="work">The work.</param>
    public static T Run<T>(ICommandConsole console, string what, long total, Func<ByteCounter, T> work)
    {
        if (!console.IsErrorTerminal || total < ShortWork)
        {
            return work(new ByteCounter(progress: null));
        }
        return new Progress(Terminal.Open(console.Error, console, ansi: true, redraws: true))
            .AutoClear(enabled: true)
            .Columns(
                new TaskDescriptionColumn(),
                new ProgressBarColumn(),
                new DownloadedColumn(),
                new TransferSpeedColumn(),
                new RemainingTimeColumn()
            )
            .Start(context =>
            {
                ProgressTask task = context.AddTask(what, maxValue: total);
                return work(new ByteCounter(new TaskProgress(task)));
            });
    }

    private sealed class TaskProgress(ProgressTask task) : IProgress<long>
    {
        public void Report(long value) => task.Value = value;
    }
}
