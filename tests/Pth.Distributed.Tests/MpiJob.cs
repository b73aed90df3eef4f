using System.Diagnostics;
using System.Text;

namespace Pth.Distributed.Tests;

/// <summary>A run of this program as several processes, by the launcher of an MPI library.</summary>
internal sealed class MpiJob : IDisposable
{
    private static readonly string[] OpenMpi = ["mpirun.openmpi", "--oversubscribe", "--bind-to", "none"];
    private static readonly string[] Mpich = ["mpiexec.hydra"];
    private readonly Process _process;
    private readonly StringBuilder _output = new();

    private MpiJob(Process process)
    {
        _process = process;
        process.OutputDataReceived += Keep;
        process.ErrorDataReceived += Keep;
        process.Start();
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>The libraries that the tests use, as theory data.</summary>
    public static TheoryData<string> Libraries => ["openmpi", "mpich"];

    /// <summary>What all processes wrote, in the order in which it came.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    /// <summary>Starts one. The test is skipped where the library is not installed; with CI=true it fails.</summary>
    /// <param name="library">openmpi or mpich.</param>
    /// <param name="ranks">The number of processes.</param>
    /// <param name="worker">Its name in <see cref="Workers"/>, and its arguments.</param>
    public static MpiJob Start(string library, int ranks, params string[] worker) => Start(library, ranks, [], worker);

    /// <inheritdoc cref="Start(string, int, string[])" />
    public static MpiJob Start(
        string library,
        int ranks,
        string[] launcherOptions,
        string[] worker,
        params string[] startedBy
    )
    {
        string[] launcher = library == "openmpi" ? OpenMpi : Mpich;
        string? path = Find(launcher[0]);
        if (path is null && Environment.GetEnvironmentVariable("CI") == "true")
        {
            Assert.Fail($"{launcher[0]} is not here");
        }
        Assert.SkipWhen(path is null, $"{launcher[0]} is not here");
        string[] command = [.. startedBy, path!];
        ProcessStartInfo start = new(command[0])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        string program = Path.Combine(AppContext.BaseDirectory, "Pth.Distributed.Tests");
        foreach (
            string word in (string[])
                [.. command[1..], .. launcher[1..], "-n", $"{ranks}", .. launcherOptions, program, "worker", .. worker]
        )
        {
            start.ArgumentList.Add(word);
        }
        start.Environment["OMPI_ALLOW_RUN_AS_ROOT"] = "1";
        start.Environment["OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"] = "1";
        // More ranks than processors, each with one thread.
        start.Environment["OMP_NUM_THREADS"] = "1";
        start.Environment["DOTNET_TieredPGO"] = "0";
        start.Environment["DOTNET_gcServer"] = "0";
        start.Environment["TERM"] = "dumb";
        return new MpiJob(new Process { StartInfo = start });
    }

    /// <summary>Runs one that must end well.</summary>
    public static string Run(string library, int ranks, params string[] worker)
    {
        using MpiJob job = Start(library, ranks, worker);
        (int code, string output) = job.Wait();
        Assert.True(code == 0, $"{library}, {ranks} ranks: exit code {code}\n{output}");
        return output;
    }

    /// <summary>Waits for its end; a job that hangs is killed and fails the test.</summary>
    public (int Code, string Output) Wait(int seconds = 120)
    {
        if (!_process.WaitForExit(TimeSpan.FromSeconds(seconds)))
        {
            _process.Kill(entireProcessTree: true);
            Assert.Fail($"the job hangs\n{Output}");
        }
        // Waits for the ends of its output too.
        _process.WaitForExit();
        return (_process.ExitCode, Output);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }
        _process.Dispose();
    }

    private static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator)
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists);

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is not null)
        {
            lock (_output)
            {
                _output.AppendLine(line.Data);
            }
        }
    }
}
