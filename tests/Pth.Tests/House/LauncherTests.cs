namespace Pth.Tests.House;

/// <summary><c>./pth</c>: builds when something changed, and only then, and keeps standard output for the command.</summary>
public sealed class LauncherTests : IDisposable
{
    private readonly LauncherFolder _folder;

    public LauncherTests()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has pth.cmd");
        _folder = new LauncherFolder();
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_first_call_builds_and_the_second_does_not()
    {
        Assert.Equal("native show a b.pth\n", Run("show", "a b.pth").Output);
        Assert.Equal("native ls\n", Run("ls").Output);
        Assert.Equal(1, _folder.Builds);
    }

    [Fact]
    public void The_exit_code_is_kept()
    {
        Assert.Equal(7, _folder.Run(_folder["pth"], [], exitCode: 7).ExitCode);
    }

    [Theory]
    [InlineData("changed")]
    [InlineData("added")]
    [InlineData("deleted")]
    [InlineData("renamed")]
    [InlineData("replaced by an older one")]
    [InlineData("packages")]
    [InlineData("the program is gone")]
    public void What_changed_is_built_again_once(string change)
    {
        Run();
        // Further than the clock of any file system steps.
        Thread.Sleep(50);
        string a = _folder["src/Pth/Zip/A.cs"];
        switch (change)
        {
            case "changed":
                File.AppendAllText(a, "//");
                break;
            case "added":
                File.WriteAllText(_folder["src/Pth.Cli/D.cs"], "");
                break;
            case "deleted":
                File.Delete(a);
                break;
            case "renamed":
                File.Move(a, _folder["src/Pth/Zip/Z.cs"]);
                break;
            case "replaced by an older one":
                File.WriteAllText(a, "//");
                File.SetLastWriteTimeUtc(a, new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc));
                break;
            case "packages":
                File.AppendAllText(_folder["Directory.Packages.props"], " ");
                break;
            default:
                File.Delete(Directory.GetFiles(_folder["artifacts/pth"], "pth", SearchOption.AllDirectories).Single());
                break;
        }

        Run();
        Run();

        Assert.Equal(2, _folder.Builds);
    }

    [Fact]
    public void Calls_at_the_same_time_build_once()
    {
        Parallel.For(0, 4, i => Assert.Equal($"native {i}\n", Run($"{i}").Output));

        Assert.Equal(1, _folder.Builds);
    }

    [Fact]
    public void Links_to_it_work()
    {
        Directory.CreateSymbolicLink(_folder["link"], _folder["pth"]);
        Directory.CreateSymbolicLink(_folder["bin/other"], "../link");

        Assert.Equal("native x\n", _folder.Run(_folder["bin/other"], ["x"]).Output);
    }

    [Fact]
    public void Where_linking_fails_the_program_is_an_ordinary_one()
    {
        _folder.Breaks = "linker";

        (int exitCode, string output, string error) = Run("ls");

        Assert.Equal((0, "ordinary ls\n"), (exitCode, output));
        Assert.Contains("building an ordinary one", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_sources_are_wrong_the_error_is_shown_and_the_exit_code_is_2()
    {
        _folder.Breaks = "sources";

        (int exitCode, string output, string error) = Run("ls");

        Assert.Equal((2, ""), (exitCode, output));
        Assert.Contains("error CS1002: ; expected", error, StringComparison.Ordinal);
        Assert.Contains("build.log", error, StringComparison.Ordinal);
        Assert.Equal(1, _folder.Builds);
    }

    private (int ExitCode, string Output, string Error) Run(params string[] arguments) =>
        _folder.Run(_folder["pth"], arguments);
}
