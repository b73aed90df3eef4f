using System.Diagnostics;
using System.Globalization;

namespace Pth.Benchmarks.AllReduce;

/// <summary>Two ranks that wait for what to measure.</summary>
internal sealed class Contender : IDisposable
{
    private readonly Process[] _processes;
    private readonly StreamReader _answers;

    private Contender(string name, params string[][] commands)
    {
        Name = name;
        _processes = [.. commands.Select(Start)];
        _answers = _processes[0].StandardOutput;
        Version = Answer();
    }

    public string Name { get; }

    public string Version { get; }

    public static Contender OpenMpi() =>
        new("Pth, Open MPI", [.. "mpirun.openmpi --oversubscribe --bind-to none -n 2".Split(' '), .. Self()]);

    public static Contender Mpich() => new("Pth, MPICH", [.. "mpiexec.hydra -n 2".Split(' '), .. Self()]);

    /// <summary>PyTorch has to be told what the processor can do, where there is no /proc.</summary>
    public static Contender Gloo(string root)
    {
        string script = Path.Combine(root, "tmp", "gloo_worker.py");
        File.Copy(Path.Combine(AppContext.BaseDirectory, "gloo_worker.py"), script, true);
        string port = Random.Shared.Next(20_000, 30_000).ToString(CultureInfo.InvariantCulture);
        string[] Rank(string rank) =>
            [
                "env",
                "ATEN_CPU_CAPABILITY=avx2",
                "USE_LIBUV=0",
                "chroot",
                root,
                "python3",
                "/tmp/gloo_worker.py",
                rank,
                port,
            ];
        return new Contender("gloo", Rank("0"), Rank("1"));
    }

    /// <summary>The seconds of one all-reduce.</summary>
    public double Measure(long bytes, long times)
    {
        _processes[0].StandardInput.WriteLine($"{bytes} {times}");
        _processes[0].StandardInput.Flush();
        return double.Parse(Answer(), CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        _processes[0].StandardInput.Close();
        foreach (Process process in _processes)
        {
            if (!process.WaitForExit(TimeSpan.FromSeconds(20)))
            {
                process.Kill(entireProcessTree: true);
            }
            process.Dispose();
        }
    }

    /// <summary>The next line that is one: gloo and MPI say other things too.</summary>
    private string Answer()
    {
        while (_answers.ReadLine() is string line)
        {
            if (line.StartsWith("= ", StringComparison.Ordinal))
            {
                return line[2..];
            }
        }
        throw new InvalidOperationException($"{Name} has ended");
    }

    private static string[] Self() => [Environment.ProcessPath!, "worker"];

    private static Process Start(string[] command)
    {
        ProcessStartInfo start = new(command[0], command[1..])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.Environment["OMP_NUM_THREADS"] = "1";
        start.Environment["OMPI_ALLOW_RUN_AS_ROOT"] = "1";
        start.Environment["OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"] = "1";
        start.Environment["TERM"] = "dumb";
        return Process.Start(start)!;
    }
}
