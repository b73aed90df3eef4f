using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Pth.Tests.Oracles;

/// <summary>One real PyTorch, in a process that stays until the tests end. Safe to use from several tests at once.</summary>
public sealed class TorchOracle : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <summary>The Python modules that code in tests may import.</summary>
    private static readonly string[] Modules =
    [
        Path.Combine(Repository.Root, "tests", "Pth.Tests", "Oracles", "worker.py"),
        Path.Combine(Repository.Fixtures, "golden.py"),
        Path.Combine(Repository.Samples, "make_samples.py"),
        Path.Combine(Repository.Root, "tests", "Pth.Tests", "Live", "random_checkpoints.py"),
        Path.Combine(Repository.Root, "tests", "Pth.Tests", "Live", "recipes.py"),
    ];

    private readonly Lock _oneAtATime = new();
    private readonly ConcurrentQueue<string> _errors = new();
    private readonly string _root;
    private readonly SharedFolder _home;
    private readonly Process _process;

    /// <summary>Starts it.</summary>
    /// <param name="root">The root folder that Python runs in, by chroot; empty where it runs in ours.</param>
    /// <param name="python">The interpreter, as seen from <paramref name="root"/>.</param>
    /// <exception cref="OracleException">It does not start, or has no PyTorch.</exception>
    internal TorchOracle(string root, string python)
    {
        _root = root;
        _home = new SharedFolder(root);
        foreach (string module in Modules)
        {
            File.Copy(module, _home[Path.GetFileName(module)]);
        }

        var start = new ProcessStartInfo(root.Length == 0 ? python : "chroot")
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                // With AVX-512 the oneDNN in PyTorch 2.6 too gives NaN now and then, on some processors: docs/distributed.md.
                ["ONEDNN_MAX_CPU_ISA"] = "AVX2",
                ["PYTHONDONTWRITEBYTECODE"] = "1",
                ["PYTHONHASHSEED"] = "0",
                ["PYTHONIOENCODING"] = "utf-8",
                ["UCX_LOG_LEVEL"] = "fatal",
                ["USE_LIBUV"] = "0",
            },
        };
        if (root.Length > 0)
        {
            start.ArgumentList.Add(root);
            start.ArgumentList.Add(python);
        }
        start.ArgumentList.Add(_home.ForPython("worker.py"));
        _process = Process.Start(start) ?? throw new OracleException($"{start.FileName} did not start");
        _process.ErrorDataReceived += (_, line) => KeepError(line.Data);
        _process.BeginErrorReadLine();
        try
        {
            TorchVersion = Receive();
        }
        catch (OracleException)
        {
            Dispose();
            throw;
        }
    }

    /// <summary><c>torch.__version__</c>.</summary>
    public string TorchVersion { get; } = "that does not start";

    /// <summary>A new folder for files that go to and fro.</summary>
    public SharedFolder CreateFolder() => new(_root);

    /// <summary>Runs Python code, which sees <c>args</c>, <c>torch</c> and <c>golden</c> (tests/fixtures/golden.py).</summary>
    /// <returns>What it printed.</returns>
    /// <exception cref="OracleException">It raised: the message has the traceback.</exception>
    public string Run(string code, params string[] arguments)
    {
        var request = new JsonObject
        {
            ["code"] = code,
            ["args"] = new JsonArray([.. arguments.Select(argument => (JsonNode?)argument)]),
        };
        lock (_oneAtATime)
        {
            _process.StandardInput.WriteLine(request.ToJsonString());
            _process.StandardInput.Flush();
            return Receive();
        }
    }

    public void Dispose()
    {
        // The end of its input ends it.
        _process.StandardInput.Close();
        if (!_process.WaitForExit(TimeSpan.FromSeconds(10)))
        {
            _process.Kill();
        }
        _process.Dispose();
        _home.Dispose();
    }

    private string Receive()
    {
        Task<string?> reading = _process.StandardOutput.ReadLineAsync();
        if (!reading.Wait(Patience))
        {
            _process.Kill();
            throw new OracleException($"no answer in {Patience}\n{string.Join('\n', _errors)}");
        }
        if (reading.Result is not { } line)
        {
            throw new OracleException($"Python ended\n{string.Join('\n', _errors)}");
        }
        JsonNode reply = JsonNode.Parse(line)!;
        return (string?)reply["out"]
            ?? throw new OracleException($"PyTorch {TorchVersion} raised\n{(string?)reply["error"]}");
    }

    private void KeepError(string? line)
    {
        if (line is not null)
        {
            _errors.Enqueue(line);
            while (_errors.Count > 50)
            {
                _errors.TryDequeue(out _);
            }
        }
    }
}
