using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace Pth.Torch.Native;

/// <summary>Finds out why TorchSharp's native libraries do not load, and what is to be done about it.</summary>
/// <param name="libraries">How they are loaded.</param>
/// <param name="system">The operating system and the processor, as the names of packages have them: <c>linux-x64</c>.</param>
internal sealed partial class NativeCheck(INativeLibraries libraries, string system)
{
    /// <summary>What TorchSharp 0.107.0 is built for.</summary>
    private const string TorchVersion = "2.10.0";

    // The systems that TorchSharp 0.107.0 has native libraries for.
    private static readonly string[] Systems = ["linux-x64", "win-x64", "win-arm64", "osx-arm64"];

    /// <summary>The operating system and the processor of this process.</summary>
    public static string ThisSystem
    {
        get
        {
            string system =
                OperatingSystem.IsWindows() ? "win"
                : OperatingSystem.IsMacOS() ? "osx"
                : OperatingSystem.IsLinux() ? "linux"
                : RuntimeInformation.OSDescription;
            return $"{system}-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}";
        }
    }

    /// <summary>Loads them.</summary>
    /// <returns>What is missing and what to install or reference, in one message; null where all is well.</returns>
    public string? FindFault()
    {
        if (!Systems.Contains(system, StringComparer.Ordinal))
        {
            return $"TorchSharp has no native libraries for {system}, only for {string.Join(", ", Systems)}. Run on one of those.";
        }
        // In this order: the second refers to the first.
        return Explain("libtorch", "torch_cpu") ?? Explain("the native library of TorchSharp", "LibTorchSharp");
    }

    private string? Explain(string what, string name)
    {
        if (libraries.Load(name) is not { } said)
        {
            return null;
        }
        string advice =
            NewerLibrary().Match(said) is { Success: true } newer
                ? $"The C++ library of this system is too old: {newer.Value} is not in it. "
                    + (
                        name == "LibTorchSharp"
                            ? "Reference the package Pth.Torch from the program itself and leave PthMendTorchSharp on: its build then mends the copy "
                                + "in the output folder. Or run on a newer system (GCC 13 or later: Debian 13, Ubuntu 24.04)."
                            : "Run on a newer system."
                    )
            : WrongMachine().IsMatch(said)
                ? $"The library found is for another processor than that of this process, {system}. Reference libtorch-cpu-{system} {TorchVersion}, "
                    + "and publish with the runtime identifier of the machine that runs it."
            : said.Contains("undefined symbol", StringComparison.Ordinal)
                ? $"The libtorch found is not the one that TorchSharp was built for. Reference libtorch-cpu-{system} {TorchVersion}, or the CUDA packages of "
                    + "the same version."
            : MissingDependency(said, name) is { } dependency
                ? $"The system lacks {dependency}, which it needs. Install it"
                    + (dependency.StartsWith("libgomp", StringComparison.Ordinal) ? " (Debian: libgomp1)." : ".")
            : name == "torch_cpu"
                ? $"No libtorch is in the output folder. Reference the package libtorch-cpu-{system} {TorchVersion} (or TorchSharp-cpu, "
                    + "or TorchSharp-cuda-linux, TorchSharp-cuda-windows for GPUs) from the program itself."
            : "Reference the package TorchSharp 0.107.0 from the program itself, so that its native library lies in the output folder.";
        return $"TorchSharp cannot be used: {what} does not load. {advice} The system says: {said.Trim()}";
    }

    /// <returns>The first library that cannot be opened and is not the wanted one.</returns>
    private static string? MissingDependency(string said, string name) =>
        NotOpened()
            .Matches(said)
            .Select(match => match.Groups["library"].Value)
            .FirstOrDefault(library =>
                !library.Contains('/', StringComparison.Ordinal)
                && library != name
                && library != $"lib{name}.so"
                && library != $"{name}.so"
                && library != $"lib{name}"
            );

    // glibc and its loader: "version `GLIBCXX_3.4.32' not found".
    [GeneratedRegex(
        @"\b(?:GLIBCXX|CXXABI|GLIBC)_[0-9.]+",
        RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex NewerLibrary();

    // Linux; macOS; Windows (BadImageFormatException).
    [GeneratedRegex(
        "wrong ELF class|invalid ELF header|incompatible architecture|0x8007000B|incorrect format",
        RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex WrongMachine();

    [GeneratedRegex(
        @"(?<library>[^\s:]+): cannot open shared object file",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex NotOpened();
}
