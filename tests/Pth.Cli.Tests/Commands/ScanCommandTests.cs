using System.Text;
using System.Text.Json;

namespace Pth.Cli.Tests.Commands;

public sealed class ScanCommandTests
{
    // posix.system('id') by GLOBAL and REDUCE. Nobody ever loads it.
    private const string Payload = "cposix\nsystem\n(S'id'\ntR.";

    [Fact]
    public void Weights_are_safe()
    {
        CliResult result = Cli.Run("scan", Repository.PlainSample);

        Assert.Equal(0, result.ExitCode);
        Assert.Equal($"safe  {Repository.PlainSample}      zip\n", result.Output);
    }

    [Fact]
    public void A_payload_is_shown_with_its_call_and_not_run()
    {
        using var folder = new TemporaryFolder();
        string file = Write(folder, "model.txt", Payload);

        CliResult result = Cli.Run("scan", file);

        Assert.Equal(1, result.ExitCode);
        Assert.Equal($"dangerous  {file}  0x16  PTH001  posix.system('id'): runs programs\n", result.Output);
    }

    [Fact]
    public void A_folder_is_looked_through_and_what_is_not_there_is_told()
    {
        using var folder = new TemporaryFolder();
        Write(folder, "a.bin", "N.");
        Directory.CreateDirectory(Path.Combine(folder.FullName, "deep", "er"));
        Write(folder, "deep/er/b", Payload);

        CliResult found = Cli.Run("scan", folder.FullName);
        CliResult missing = Cli.Run("scan", folder.FullName, "no/such");

        Assert.Equal(1, found.ExitCode);
        Assert.Equal(2, found.Lines.Length);
        Assert.Equal(2, missing.ExitCode);
        Assert.Equal("pth: no/such: there is no such file\n", missing.Error);
    }

    [Fact]
    public void A_pipe_in_a_folder_is_said_to_be_skipped()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "mkfifo is used.");
        using var folder = new TemporaryFolder();
        string pipe = Path.Combine(folder.FullName, "pipe");
        using System.Diagnostics.Process mkfifo = System.Diagnostics.Process.Start("mkfifo", pipe);
        mkfifo.WaitForExit();

        CliResult result = Cli.Run("scan", folder.FullName);

        Assert.Equal(0, result.ExitCode);
        Assert.StartsWith("skipped", result.Output, StringComparison.Ordinal);
        Assert.EndsWith("pipe\n", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_read_has_a_line_and_exit_code_2_and_the_rest_its_answer()
    {
        Assert.SkipUnless(
            OperatingSystem.IsLinux(),
            "A name that is no UTF-8 is used: it can be listed and not opened."
        );
        using var folder = new TemporaryFolder();
        Write(folder, "a.pkl", Payload);
        Shell("printf N. > \"$0\"/$(printf 'bad\\377')");

        CliResult result = Cli.Run("scan", folder.FullName);

        Shell("rm \"$0\"/bad*");
        Assert.Equal(2, result.ExitCode);
        Assert.StartsWith("pth: ", result.Error, StringComparison.Ordinal);
        Assert.Contains("bad", result.Error, StringComparison.Ordinal);
        Assert.Contains("posix.system('id')", result.Output, StringComparison.Ordinal);

        void Shell(string script)
        {
            using System.Diagnostics.Process shell = System.Diagnostics.Process.Start(
                "sh",
                ["-c", script, folder.FullName]
            );
            shell.WaitForExit();
        }
    }

    [Fact]
    public void The_level_and_the_allowed_names_decide()
    {
        using var folder = new TemporaryFolder();
        string file = Write(folder, "m.pkl", "cmylab.nets\nBlock\n)R.");
        string allow = Write(folder, "allow.txt", "# ours\nmylab.nets.*  # all of it\n");

        Assert.Equal(1, Cli.Run("scan", file).ExitCode);
        Assert.Equal(0, Cli.Run("scan", file, "--level", "dangerous").ExitCode);
        Assert.Equal(0, Cli.Run("scan", file, "--allow", allow).ExitCode);
        Assert.Equal(2, Cli.Run("scan", file, "--level", "worse").ExitCode);
    }

    [Fact]
    public void Json_has_every_finding()
    {
        using var folder = new TemporaryFolder();

        JsonElement report = JsonDocument
            .Parse(Cli.Run("scan", Write(folder, "m", Payload), "--json").Output)
            .RootElement;

        Assert.Equal("pth.scan/1", report.GetProperty("schema").GetString());
        Assert.Equal("dangerous", report.GetProperty("level").GetString());
        Assert.Equal("pickle", report.GetProperty("files")[0].GetProperty("content").GetString());
        JsonElement finding = report.GetProperty("findings")[0];
        Assert.Equal("PTH001", finding.GetProperty("rule").GetString());
        Assert.Equal("posix.system", finding.GetProperty("global").GetString());
        Assert.Equal("posix.system('id')", finding.GetProperty("call").GetString());
        Assert.Equal(22, finding.GetProperty("offset").GetInt64());
    }

    [Fact]
    public void Sarif_names_rule_level_place_and_call()
    {
        using var folder = new TemporaryFolder();
        string output = Cli.Run("scan", Write(folder, "a model.pt", Payload), "--sarif").Output;

        JsonElement run = JsonDocument.Parse(output).RootElement.GetProperty("runs")[0];

        JsonElement result = Assert.Single(run.GetProperty("results").EnumerateArray());
        JsonElement rule = run.GetProperty("tool").GetProperty("driver").GetProperty("rules")[
            result.GetProperty("ruleIndex").GetInt32()
        ];
        JsonElement place = result.GetProperty("locations")[0].GetProperty("physicalLocation");
        Assert.Equal("PTH001", result.GetProperty("ruleId").GetString());
        Assert.Equal("PTH001", rule.GetProperty("id").GetString());
        Assert.Equal("error", result.GetProperty("level").GetString());
        Assert.StartsWith("posix.system('id'): ", result.GetProperty("message").GetProperty("text").GetString());
        Assert.Equal(22, place.GetProperty("region").GetProperty("byteOffset").GetInt64());
        Assert.EndsWith("/a%20model.pt", place.GetProperty("artifactLocation").GetProperty("uri").GetString());
    }

    [Fact]
    public void What_is_not_there_is_in_the_json_report()
    {
        CliResult result = Cli.Run("scan", "no/such", "--json");

        JsonElement file = JsonDocument.Parse(result.Output).RootElement.GetProperty("files")[0];
        Assert.Equal(2, result.ExitCode);
        Assert.Equal("no/such", file.GetProperty("path").GetString());
        Assert.Equal("unreadable", file.GetProperty("content").GetString());
        Assert.Equal("no/such: there is no such file", file.GetProperty("error").GetString());
    }

    [Fact]
    public void A_person_is_told_how_many_files_were_not_looked_at()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "mkfifo is used.");
        using var folder = new TemporaryFolder();
        Write(folder, "a.pkl", "N.");
        using System.Diagnostics.Process mkfifo = System.Diagnostics.Process.Start("mkfifo", folder["pipe"]);
        mkfifo.WaitForExit();

        CliResult result = Cli.Run(new FakeConsole { IsTerminal = true }, "scan", folder.FullName, "no/such");

        Assert.Contains("3 files: 1 safe, 1 skipped, 1 not readable", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Dis_shows_every_instruction_and_what_it_would_import()
    {
        using var folder = new TemporaryFolder();
        string file = Write(folder, "m.pkl", $"N0N.{Payload}");

        CliResult result = Cli.Run("dis", file);

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(
            """
            @ 0x0
                     0     +1     1  NONE
                     1     -1     0  POP
                     2     +1     1  NONE
                     3     -1     0  STOP
            @ 0x4
                     4     +1     1  GLOBAL posix system  -> posix.system (dangerous)
                    12     +1     1  MARK
                    13     +1     2  STRING 'id'
                    19 mark+1     2  TUPLE
                    1A   -2+1     1  REDUCE
                    1B     -1     0  STOP

            """,
            result.Output
        );
        Assert.Equal(3, Cli.Run("dis", file, "--globals").Lines.Length);
        Assert.Equal(1, Cli.Run("dis", Write(folder, "text", "hello world")).ExitCode);
    }

    private static string Write(TemporaryFolder folder, string name, string text)
    {
        string path = Path.Combine(folder.FullName, name);
        using FileStream file = File.Create(path);
        file.Write(Encoding.Latin1.GetBytes(text));
        return path;
    }
}
