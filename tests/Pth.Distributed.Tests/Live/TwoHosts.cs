using System.Diagnostics;
using System.Security.Cryptography;

namespace Pth.Distributed.Tests.Live;

/// <summary>Two network namespaces with a slow link between them, which MPI takes for two hosts.</summary>
internal sealed class TwoHosts : IDisposable
{
    private const string Registered = "/run/netns";
    private const string Prefix = "pth-";
    private readonly string _name =
        $"{Prefix}{Environment.ProcessId}-{RandomNumberGenerator.GetHexString(4, lowercase: true)}";
    private readonly string _agent;

    private TwoHosts(string folder, string rate)
    {
        _agent = Path.Combine(folder, "agent");
        try
        {
            RemoveAbandoned();
            Do("ip", "netns", "add", Namespace(1));
            Do("ip", "netns", "add", Namespace(2));
            // Made where they belong, so that their names cannot meet others'.
            Do(
                "ip",
                "link",
                "add",
                "left",
                "netns",
                Namespace(1),
                "type",
                "veth",
                "peer",
                "right",
                "netns",
                Namespace(2)
            );
            foreach ((int host, string device) in (ReadOnlySpan<(int, string)>)[(1, "left"), (2, "right")])
            {
                Do("ip", "-n", Namespace(host), "addr", "add", $"{Address(host)}/24", "dev", device);
                Do("ip", "-n", Namespace(host), "link", "set", device, "up");
                Do("ip", "-n", Namespace(host), "link", "set", "lo", "up");
                string[] limit = ["tbf", "rate", rate, "burst", "64kb", "latency", "100ms"];
                Do("tc", ["-n", Namespace(host), "qdisc", "add", "dev", device, "root", .. limit]);
                // Entering mounts, which wants more than making.
                Do("ip", "netns", "exec", Namespace(host), "unshare", "--uts", "true");
            }
        }
        catch (InvalidOperationException)
        {
            Dispose();
            throw;
        }
        // mpirun's way to another host: AGENT HOST COMMAND. A name for each, or MPI takes them for one.
        File.WriteAllText(
            _agent,
            $"""
            #!/bin/sh
            host=$1
            shift
            exec ip netns exec {_name}-${"{host##*.}"} unshare --uts sh -c 'hostname "$0" && eval "$1"' "host${"{host##*.}"}" "$*"

            """
        );
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_agent, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }
    }

    /// <summary>What starts a launcher on the first host.</summary>
    public string[] First => ["ip", "netns", "exec", Namespace(1)];

    /// <summary>What makes Open MPI use both, and their link for everything.</summary>
    public string[] LauncherOptions =>
        [
            .. (string[])["--host", $"{Address(1)}:1,{Address(2)}:1", "--mca", "plm_rsh_agent", _agent],
            .. (string[])["--mca", "btl", "tcp,self", "--mca", "btl_tcp_if_include", "10.213.7.0/24"],
            .. (string[])["--mca", "oob_tcp_if_include", "10.213.7.0/24"],
        ];

    /// <summary>
    /// Makes them. The test is skipped where that cannot be done; with CI=true it fails, but for a system that denies it to root: that can be
    /// neither installed nor mended.
    /// </summary>
    /// <param name="folder">Of the test.</param>
    /// <param name="rate">Of the link in each direction, as tc has it.</param>
    public static TwoHosts Make(string folder, string rate)
    {
        try
        {
            return new TwoHosts(folder, rate);
        }
        catch (InvalidOperationException failure)
            when (Environment.GetEnvironmentVariable("CI") != "true" || IsDenied(failure.Message))
        {
            Assert.Skip($"network namespaces cannot be made: {failure.Message}");
            throw;
        }
    }

    public void Dispose()
    {
        foreach (int host in (ReadOnlySpan<int>)[1, 2])
        {
            Remove(Namespace(host));
        }
    }

    private static bool IsDenied(string said) =>
        Array.Exists(
            (string[])
                ["Operation not permitted", "Permission denied", "Operation not supported", "Unknown device type"],
            words => said.Contains(words, StringComparison.Ordinal)
        );

    private static string Address(int host) => $"10.213.7.{host}";

    private string Namespace(int host) => $"{_name}-{host}";

    /// <summary>Those of test programs that were killed.</summary>
    private static void RemoveAbandoned()
    {
        if (!Directory.Exists(Registered))
        {
            return;
        }
        foreach (
            string name in Directory.EnumerateFiles(Registered, $"{Prefix}*-*-?").Select(path => Path.GetFileName(path))
        )
        {
            if (int.TryParse(name.Split('-')[1], out int process) && !Directory.Exists($"/proc/{process}"))
            {
                Remove(name);
            }
        }
    }

    private static void Remove(string name)
    {
        if (!File.Exists(Path.Combine(Registered, name)))
        {
            return;
        }
        // What a job that was given up has left on the other host; nobody else is in there.
        foreach (string process in Do("ip", "netns", "pids", name).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            Run("kill", ["-KILL", process]);
        }
        Do("ip", "netns", "delete", name);
    }

    private static string Do(string program, params string[] arguments)
    {
        (int code, string output) = Run(program, arguments);
        return code == 0
            ? output
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {output.Trim()}");
    }

    private static (int Code, string Output) Run(string program, string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            using Process process = Process.Start(start)!;
            Task<string> errors = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd() + errors.GetAwaiter().GetResult();
            process.WaitForExit();
            return (process.ExitCode, output);
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            return (-1, missing.Message);
        }
    }
}
