using System.Globalization;
using SharpFuzz;

namespace Pth.Fuzz;

/// <summary>
/// <c>Pth.Fuzz TARGET</c> reads inputs as AFL++ gives them; <c>Pth.Fuzz TARGET FILE...</c> reads files and says what each does. <c>fuzz/run</c>
/// does all that is needed around it.
/// </summary>
internal static class Program
{
    private static int Main(string[] arguments)
    {
        if (
            arguments.Length == 0
            || Array.Find(FuzzTargets.All, target => target.Name == arguments[0]) is not { } target
        )
        {
            string names = string.Join(", ", FuzzTargets.All.Select(target => target.Name));
            Console.Error.WriteLine($"usage: Pth.Fuzz TARGET [FILE...], with TARGET one of {names}");
            return 2;
        }
        if (arguments.Length > 1)
        {
            return Replay(target, arguments.AsSpan(1));
        }
        // In a process of its own, which a full stack or a hang may take with it.
        Fuzzer.OutOfProcess.Run(stream =>
        {
            using var input = new MemoryStream();
            stream.CopyTo(input);
            FuzzRun.Read(target, input.ToArray()).Require();
        });
        return 0;
    }

    private static int Replay(IFuzzTarget target, ReadOnlySpan<string> paths)
    {
        int findings = 0;
        foreach (string path in paths)
        {
            FuzzOutcome outcome = FuzzRun.Read(target, File.ReadAllBytes(path));
            if (outcome.Finding is not null)
            {
                findings++;
            }
            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{path}: {outcome.Elapsed.TotalMilliseconds:F1} ms, {outcome.Allocated} bytes: {outcome.Finding ?? outcome.Refusal ?? "read"}"
                )
            );
        }
        return findings == 0 ? 0 : 1;
    }
}
