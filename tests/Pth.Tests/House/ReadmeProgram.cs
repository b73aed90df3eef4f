using System.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;

namespace Pth.Tests.House;

/// <summary>Compiles a program of one file against the library and runs it as a process of its own.</summary>
internal static class ReadmeProgram
{
    /// <summary>Runs it.</summary>
    /// <returns>What it printed, once it ended with exit code 0.</returns>
    public static string Run(string source, string folder, params string[] arguments)
    {
        string program = Path.Combine(folder, "program.dll");
        Compile(source, program);
        foreach (string library in Directory.EnumerateFiles(AppContext.BaseDirectory, "*.dll"))
        {
            if (Path.GetFileName(library) is "Pth.dll" or "System.IO.Hashing.dll" or "System.Numerics.Tensors.dll")
            {
                File.Copy(library, Path.Combine(folder, Path.GetFileName(library)));
            }
        }
        File.Copy(
            Path.Combine(AppContext.BaseDirectory, "Pth.Tests.runtimeconfig.json"),
            Path.Combine(folder, "program.runtimeconfig.json")
        );

        var start = new ProcessStartInfo(
            Environment.ProcessPath is { } host && IsMuxer(host) ? host : "dotnet",
            [program, .. arguments]
        )
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, errors.Result);
        return output.ReplaceLineEndings("\n");
    }

    private static bool IsMuxer(string path) => Path.GetFileNameWithoutExtension(path) == "dotnet";

    private static void Compile(string source, string target)
    {
        CSharpParseOptions options = CSharpParseOptions.Default.WithLanguageVersion(LanguageVersion.CSharp14);
        CSharpCompilation compilation = CSharpCompilation.Create(
            "program",
            [
                CSharpSyntaxTree.ParseText(source, options),
                CSharpSyntaxTree.ParseText(PlatformReferences.ImplicitUsings, options),
            ],
            PlatformReferences.WithLibrary,
            new CSharpCompilationOptions(
                OutputKind.ConsoleApplication,
                nullableContextOptions: NullableContextOptions.Enable
            )
        );
        EmitResult result = compilation.Emit(target);
        Assert.True(result.Success, string.Join('\n', result.Diagnostics));
    }
}
