using System.Diagnostics;

namespace Pth.Tests.House;

/// <summary>A copy of <c>./pth</c> beside a few sources, with a <c>dotnet</c> that only writes down that it was called.</summary>
internal sealed class LauncherFolder : IDisposable
{
    // Makes the program that publish asks for: a native one prints "native ARGS", an ordinary one is run by dotnet itself.
    private const string FakeDotnet = """
        #!/usr/bin/env bash
        if [[ $1 != publish ]]; then echo "ordinary ${*:2}"; exit; fi
        echo x >>"$CALLS"
        echo "build output"
        case $BREAKS in
          sources) echo "A.cs(1,1): error CS1002: ; expected"; exit 1 ;;
          linker) if [[ "$*" == *Aot=true* ]]; then echo "Generating native code"; exit 1; fi ;;
        esac
        aot=no; if [[ "$*" == *Aot=true* ]]; then aot=yes; fi
        while [[ $1 != -o ]]; do shift; done
        sleep 0.2
        mkdir -p "$2"
        if [[ $aot == yes ]]; then printf '#!/bin/sh\necho "native $@"\nexit $EXIT\n' >"$2/pth"; chmod +x "$2/pth"; fi
        touch "$2/Pth.Cli.dll"
        """;

    public LauncherFolder()
    {
        foreach (string file in new[] { "pth", "build/pth.sh" })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(this[file])!);
            File.Copy(Path.Combine(Repository.Root, file), this[file]);
        }
        string[] sources =
        [
            "src/Pth/Zip/A.cs",
            "src/Pth/Zip/B.cs",
            "src/Pth.Cli/C.cs",
            "src/Directory.Build.props",
            "Directory.Build.props",
            "Directory.Packages.props",
            "global.json",
        ];
        foreach (string file in sources)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(this[file])!);
            File.WriteAllText(this[file], "");
        }
        foreach (string tool in new[] { "bin/dotnet", "bin/gcc" })
        {
            Directory.CreateDirectory(this["bin"]);
            File.WriteAllText(this[tool], FakeDotnet);
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(
                    this[tool],
                    UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
                );
            }
        }
    }

    public string Root { get; } = Directory.CreateTempSubdirectory("pth-launcher-").FullName;

    /// <summary>What the build does wrong: <c>sources</c>, <c>linker</c> or nothing.</summary>
    public string Breaks { get; set; } = "";

    /// <summary>How often something was built.</summary>
    public int Builds => File.Exists(this["calls"]) ? File.ReadAllLines(this["calls"]).Length : 0;

    public string this[string path] => Path.Combine(Root, path);

    public (int ExitCode, string Output, string Error) Run(string script, string[] arguments, int exitCode = 0)
    {
        var start = new ProcessStartInfo(script, arguments)
        {
            WorkingDirectory = Path.GetTempPath(),
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["PATH"] = $"{this["bin"]}:{Environment.GetEnvironmentVariable("PATH")}",
                ["CALLS"] = this["calls"],
                ["BREAKS"] = Breaks,
                ["EXIT"] = $"{exitCode}",
            },
        };
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
