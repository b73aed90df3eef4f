using System.Collections.Concurrent;
using System.ComponentModel;

[assembly: AssemblyFixture(typeof(Pth.Tests.Oracles.TorchOracles))]

namespace Pth.Tests.Oracles;

/// <summary>The real PyTorch versions that are here, each started when a test first asks for it.</summary>
/// <remarks><c>./test</c> makes them where it can, and with CI=true fails itself where one is missing that Debian serves.</remarks>
public sealed class TorchOracles : IDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<(TorchOracle? Oracle, string Reason)>> _started = new(
        StringComparer.Ordinal
    );

    /// <summary>All that tests know of, as theory data.</summary>
    public static TheoryData<string> Versions => ["1.13.1", "2.6.0", "2.14.1"];

    /// <summary>One of them. The test that asks is skipped where it is missing; with CI=true it fails for want of 1.13.1.</summary>
    public TorchOracle Get(string version)
    {
        (TorchOracle? oracle, string reason) = _started.GetOrAdd(version, v => new(() => Start(v))).Value;
        if (oracle is null && version == "1.13.1" && Environment.GetEnvironmentVariable("CI") == "true")
        {
            Assert.Fail(reason);
        }
        Assert.SkipWhen(oracle is null, reason);
        return oracle!;
    }

    public void Dispose()
    {
        foreach (Lazy<(TorchOracle? Oracle, string Reason)> started in _started.Values)
        {
            started.Value.Oracle?.Dispose();
        }
    }

    private static (TorchOracle? Oracle, string Reason) Start(string version)
    {
        string missing = $"PyTorch {version} is not here";
        string root = "";
        string python = Environment.GetEnvironmentVariable("PTH_PYTHON_1_13") ?? "/usr/bin/python3";
        if (version != "1.13.1")
        {
            root = Path.Combine(
                Environment.GetEnvironmentVariable("PTH_ORACLES") ?? "/var/cache/pth/oracles",
                $"torch-{version}"
            );
            python = "/usr/bin/python3";
        }
        if (!File.Exists(root + python))
        {
            return (null, missing);
        }

        TorchOracle oracle;
        try
        {
            oracle = new TorchOracle(root, python);
        }
        catch (Exception error) when (error is OracleException or Win32Exception or UnauthorizedAccessException)
        {
            return (null, $"{missing}: {error.Message}");
        }
        // Debian's 1.13.1 calls itself 1.13.0a0.
        if (!oracle.TorchVersion.StartsWith(version == "1.13.1" ? "1.13." : version, StringComparison.Ordinal))
        {
            string found = oracle.TorchVersion;
            oracle.Dispose();
            return (null, $"{missing}: {root}{python} has {found}");
        }
        return (oracle, "");
    }
}
