using System.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;
using Pth.Tests;

namespace Pth.Torch.Tests.Samples;

/// <summary>Compiles a sample of one file and runs it as a process of its own, beside the tests: libtorch lies there already.</summary>
internal static class SampleProgram
{
    private const string ImplicitUsings =
        "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; "
        + "global using System.Threading; global using System.Threading.Tasks;";

    /// <summary>Runs it.</summary>
    /// <param name="name">The file among the samples, without <c>.cs</c>.</param>
    /// <param name="arguments">What it is given.</param>
    /// <returns>What it printed, once it ended with exit code 0.</returns>
    public static string Run(string name, params string[] arguments)
    {
        string program = Path.Combine(AppContext.BaseDirectory, $"sample-{name}-{Guid.NewGuid():N}.dll");
        try
        {
            Compile(File.ReadAllText(Path.Combine(Repository.Samples, name + ".cs")), program);
            return Execute(program, arguments);
        }
        finally
        {
            File.Delete(program);
        }
    }

    private static string Execute(string program, string[] arguments)
    {
        string tests = Path.Combine(AppContext.BaseDirectory, "Pth.Torch.Tests");
        var start = new ProcessStartInfo(
            Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet",
            [
                "exec",
                "--runtimeconfig",
                tests + ".runtimeconfig.json",
                "--depsfile",
                tests + ".deps.json",
                program,
                .. arguments,
            ]
        )
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            // What OneDnn does for this process: the runtime's environment, which children get, has not heard of it.
            Environment = { ["ONEDNN_MAX_CPU_ISA"] = "AVX2" },
        };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, errors.Result);
        return output.ReplaceLineEndings("\n");
    }

    private static void Compile(string source, string target)
    {
        CSharpParseOptions options = CSharpParseOptions
            .Default.WithLanguageVersion(LanguageVersion.CSharp14)
            // Lines that begin with #: are for dotnet run.
            .WithFeatures([new("FileBasedProgram", "")]);
        CSharpCompilation compilation = CSharpCompilation.Create(
            Path.GetFileNameWithoutExtension(target),
            [CSharpSyntaxTree.ParseText(source, options), CSharpSyntaxTree.ParseText(ImplicitUsings, options)],
            ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
                .Split(Path.PathSeparator)
                .Select(path => MetadataReference.CreateFromFile(path)),
            new CSharpCompilationOptions(
                OutputKind.ConsoleApplication,
                nullableContextOptions: NullableContextOptions.Enable
            )
        );
        EmitResult result = compilation.Emit(target);
        Assert.True(result.Success, string.Join('\n', result.Diagnostics));
    }
}
