using System.Diagnostics;

namespace Pth.Cli.Tests;

/// <summary>A program that waits for a pipe is stopped by one signal.</summary>
public sealed class PipeTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("INT", 130, "scan", "PIPE")]
    [InlineData("TERM", 143, "scan", "PIPE")]
    [InlineData("INT", 130, "dis", "PIPE")]
    [InlineData("INT", 130, "ls", "PIPE")]
    [InlineData("TERM", 143, "rename", "PIPE", "-o", "out.pth")]
    [InlineData("INT", 130, "recover", "PIPE", "-o", "out.pth")]
    public void One_signal_stops_waiting_for_a_writer(string signal, int exitCode, params string[] arguments)
    {
        using var folder = new TemporaryFolder();
        using Process program = Start(folder, arguments);
        WaitUntilItOpens(program);

        Assert.Equal(exitCode, Stop(program, signal));
        Assert.Equal(["pipe"], folder.Files);
    }

    [Theory]
    [InlineData("INT", 130, "scan", "PIPE")]
    [InlineData("TERM", 143, "convert", "PIPE", "-o", "out.safetensors")]
    public void One_signal_stops_waiting_for_what_a_writer_does_not_write(
        string signal,
        int exitCode,
        params string[] arguments
    )
    {
        using var folder = new TemporaryFolder();
        using Process program = Start(folder, arguments);
        // It opens when the program does.
        using FileStream writer = new(folder["pipe"], FileMode.Open, FileAccess.Write, FileShare.ReadWrite, 0);
        writer.Write("("u8);

        Assert.Equal(exitCode, Stop(program, signal));
        Assert.Equal(["pipe"], folder.Files);
    }

    [Fact]
    public void What_a_writer_writes_is_read()
    {
        using var folder = new TemporaryFolder();
        using Process program = Start(folder, "scan", "PIPE");
        using (FileStream writer = new(folder["pipe"], FileMode.Open, FileAccess.Write, FileShare.ReadWrite, 0))
        {
            writer.Write("cposix\nsystem\n(S'id'\ntR."u8);
        }

        Assert.Contains("posix.system('id')", program.StandardOutput.ReadToEnd(), StringComparison.Ordinal);
        Assert.True(program.WaitForExit(Patience));
        Assert.Equal(1, program.ExitCode);
    }

    private static Process Start(TemporaryFolder folder, params string[] arguments)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "mkfifo, kill and /proc are used.");
        using (Process mkfifo = Process.Start("mkfifo", [folder["pipe"]]))
        {
            mkfifo.WaitForExit();
        }
        string[] paths =
        [
            .. arguments.Select(a =>
                a == "PIPE" ? folder["pipe"]
                : a.Contains('.', StringComparison.Ordinal) ? folder[a]
                : a
            ),
        ];
        // What is started in the background of a script begins with SIGINT ignored, and so does all that it starts.
        return Process.Start(
            new ProcessStartInfo(
                "env",
                ["--default-signal=INT,TERM", "dotnet", typeof(App).Assembly.Location, .. paths]
            )
            {
                UseShellExecute = false,
                RedirectStandardError = true,
                RedirectStandardOutput = true,
            }
        )!;
    }

    /// <summary>Until one of its threads stands in the kernel's function for that. Where the kernel does not tell, it is late enough soon.</summary>
    private static void WaitUntilItOpens(Process program)
    {
        long start = Stopwatch.GetTimestamp();
        while (
            Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(5) && !program.HasExited && !IsOpening(program.Id)
        )
        {
            Thread.Sleep(5);
        }
    }

    private static bool IsOpening(int process)
    {
        try
        {
            return Directory
                .EnumerateDirectories($"/proc/{process}/task")
                .Any(task => File.ReadAllText($"{task}/wchan").Contains("partner", StringComparison.Ordinal));
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static int Stop(Process program, string signal)
    {
        using (Process kill = Process.Start("kill", [$"-{signal}", $"{program.Id}"]))
        {
            kill.WaitForExit();
        }
        bool isOver = program.WaitForExit(Patience);
        if (!isOver)
        {
            program.Kill();
        }
        Assert.True(isOver, "One signal did not stop it.");
        Assert.Equal("", program.StandardOutput.ReadToEnd());
        return program.ExitCode;
    }
}
