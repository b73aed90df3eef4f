using System.Diagnostics;
using System.Globalization;

namespace Pth.Benchmarks.Compare;

/// <summary>A worker process that does one task a line and answers with its own time and peak memory.</summary>
internal sealed class Contender : IDisposable
{
    private readonly Process _process;
    private readonly string _root;
    private string _lastError = "";

    private Contender(string name, string root, string folder, ProcessStartInfo start)
    {
        Name = name;
        _root = root;
        Folder = folder;
        Directory.CreateDirectory(folder);
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        _process = Process.Start(start) ?? throw new InvalidOperationException($"{start.FileName} did not start.");
        _process.ErrorDataReceived += (_, line) => _lastError = line.Data ?? _lastError;
        _process.BeginErrorReadLine();
        Version = Answer().Split(' ', 2)[1];
    }

    public string Name { get; }

    /// <summary>What the worker says of itself.</summary>
    public string Version { get; }

    /// <summary>The folder for its files, as this process sees it.</summary>
    public string Folder { get; }

    /// <summary>Python with PyTorch: of this machine, or of a root folder.</summary>
    public static Contender Torch(string name, string python, string? root, string folder)
    {
        string copy = Path.Combine(folder, "torch_worker.py");
        Directory.CreateDirectory(folder);
        foreach (string script in (string[])["torch_worker.py", "scan_peer.py"])
        {
            File.Copy(Path.Combine(AppContext.BaseDirectory, script), Path.Combine(folder, script), overwrite: true);
        }
        string inside = root is null ? copy : copy[root.Length..];
        string[] command = PyTorch.Command(python, root);
        return new Contender(name, root ?? "", folder, new ProcessStartInfo(command[0], [.. command[1..], inside]));
    }

    /// <summary>This program as a worker.</summary>
    public static Contender Pth(string folder) =>
        new("Pth", "", folder, new ProcessStartInfo(Environment.ProcessPath!, ["worker"]));

    /// <summary>The same path as the worker sees it.</summary>
    public string Inside(string path) => path[_root.Length..];

    /// <returns>What the task took; null where the worker cannot do it.</returns>
    public Measurement? Run(string task, params IEnumerable<string> arguments)
    {
        Send(string.Join('\t', [task, .. arguments]));
        if (Answer().StartsWith("skip", StringComparison.Ordinal))
        {
            return null;
        }
        // 5 resets the peak (proc_pid_clear_refs(5)).
        File.WriteAllText($"/proc/{_process.Id}/clear_refs", "5");
        long start = StatusBytes("VmRSS");
        Send("go");
        double seconds = double.Parse(Answer().Split(' ')[1], CultureInfo.InvariantCulture);
        return new Measurement(seconds, StatusBytes("VmHWM"), start);
    }

    public void Dispose()
    {
        _process.StandardInput.WriteLine("quit");
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    private void Send(string line)
    {
        _process.StandardInput.WriteLine(line);
        _process.StandardInput.Flush();
    }

    private long StatusBytes(string name)
    {
        string line = File.ReadLines($"/proc/{_process.Id}/status")
            .First(line => line.StartsWith(name, StringComparison.Ordinal));
        return 1024
            * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }

    /// <summary>The next line that is an answer: libraries under PyTorch print lines of their own on standard output.</summary>
    private string Answer()
    {
        while (_process.StandardOutput.ReadLine() is { } line)
        {
            if (line.Split(' ')[0] is "ready" or "done" or "skip")
            {
                return line;
            }
        }
        throw new InvalidOperationException($"{Name} ended before it answered: {_lastError}");
    }
}
