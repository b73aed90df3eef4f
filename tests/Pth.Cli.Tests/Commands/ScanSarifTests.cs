using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Pth.Cli.Tests.Output;

namespace Pth.Cli.Tests.Commands;

/// <summary><c>pth scan --sarif</c> against the schema of SARIF 2.1.0.</summary>
public sealed class ScanSarifTests
{
    // posix.system('id') by GLOBAL and REDUCE. Nobody ever loads it.
    private const string Payload = "cposix\nsystem\n(S'id'\ntR.";

    public static TheoryData<string> OddNames =>
        [
            "a model.pt",
            "модель-模型-🔥.pt",
            "100%25 #1?.pt",
            "c:colon.pt",
            "quote\"and'back\\slash.pt",
            "bell\a and\nline.pt",
            "turned\u202Etp.exe",
        ];

    [Fact]
    public async Task Reports_of_all_fixtures_are_valid()
    {
        string[] folders = [Repository.Fixture(""), Path.Combine(Repository.Root, "samples"), .. SharedFixtures()];
        foreach (string folder in folders)
        {
            CliResult result = Cli.Run("scan", folder, "--sarif");

            Assert.Empty(await SarifSchema.ValidateAsync(result.Output));
        }
    }

    [Fact]
    public async Task What_is_clean_is_valid()
    {
        using var folder = new TemporaryFolder();

        string clean = Cli.Run("scan", Repository.PlainSample, "--sarif").Output;
        string empty = Cli.Run("scan", folder.FullName, "--sarif").Output;

        Assert.Empty(await SarifSchema.ValidateAsync(clean));
        Assert.Empty(await SarifSchema.ValidateAsync(empty));
        Assert.Empty(Run(clean).GetProperty("results").EnumerateArray());
    }

    [Fact]
    public async Task What_cannot_be_read_is_valid_and_told()
    {
        using var folder = new TemporaryFolder();

        CliResult result = Cli.Run("scan", "no/such\u202E\a", Write(folder, "m.pt"), "--sarif");

        Assert.Equal(2, result.ExitCode);
        Assert.Empty(await SarifSchema.ValidateAsync(result.Output));
        JsonElement invocation = Run(result.Output).GetProperty("invocations")[0];
        Assert.False(invocation.GetProperty("executionSuccessful").GetBoolean());
        Assert.Contains(
            @"no/such\u202e\x07",
            invocation
                .GetProperty("toolExecutionNotifications")[0]
                .GetProperty("message")
                .GetProperty("text")
                .GetString(),
            StringComparison.Ordinal
        );
        Assert.NotEmpty(Run(result.Output).GetProperty("results").EnumerateArray());
    }

    [Theory]
    [MemberData(nameof(OddNames))]
    public async Task Any_name_is_valid_and_found_again(string name)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "It allows few of these names.");
        using var folder = new TemporaryFolder();
        string file = Write(folder, name);

        CliResult result = Cli.Run("scan", folder.FullName, "--sarif");

        Assert.Equal(1, result.ExitCode);
        Assert.Empty(await SarifSchema.ValidateAsync(result.Output));
        foreach (string uri in Uris(result.Output))
        {
            Assert.StartsWith("file:///", uri, StringComparison.Ordinal);
            Assert.Equal(file, Uri.UnescapeDataString(uri["file://".Length..]));
        }
    }

    [Fact]
    public async Task A_relative_path_stays_relative()
    {
        using var folder = new TemporaryFolder();
        string file = Path.GetRelativePath(Environment.CurrentDirectory, Write(folder, "c:d e.pt"));

        CliResult result = Cli.Run("scan", file, "--sarif");

        Assert.Empty(await SarifSchema.ValidateAsync(result.Output));
        Assert.All(Uris(result.Output), uri => Assert.EndsWith("c%3Ad%20e.pt", uri, StringComparison.Ordinal));
        Assert.All(Uris(result.Output), uri => Assert.StartsWith("..", uri, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Records_and_names_in_a_file_may_be_called_anything()
    {
        using var folder = new TemporaryFolder();
        string file = folder["m.zip"];
        // A turn of direction in the pickle, control characters in the record's name.
        byte[] pickle = [0x80, 4, .. Text("os\u202E"), .. Text("system\a"), 0x93, .. "(tR."u8];
        WriteZip(file, "a/\u202E\u0007\n模型.pkl", pickle);

        CliResult result = Cli.Run("scan", file, "--sarif");

        Assert.Equal(1, result.ExitCode);
        Assert.Empty(await SarifSchema.ValidateAsync(result.Output));
        Assert.DoesNotContain('\u202E', result.Output);
        Assert.DoesNotContain('\a', result.Output);
    }

    [Fact]
    public async Task What_is_no_valid_report_is_found_so()
    {
        using var folder = new TemporaryFolder();
        string output = Cli.Run("scan", Write(folder, "m.pt"), "--sarif").Output;
        Action<JsonObject>[] harms =
        [
            log => log["version"] = "2.0.0",
            log => log.Remove("runs"),
            log => log["more"] = 1,
            log => log["runs"]![0]!["tool"]!["driver"]!.AsObject().Remove("name"),
            log => log["runs"]![0]!["results"]![0]!["level"] = "bad",
            log => log["runs"]![0]!["results"]![0]!.AsObject().Remove("message"),
            log => log["runs"]![0]!["results"]![0]!["ruleIndex"] = -2,
            log => Place(log)["region"]!["byteOffset"] = "22",
            log => Place(log)["artifactLocation"]!["uri"] = "a model.pt",
            log => Place(log)["artifactLocation"]!["uri"] = "c:model.pt",
        ];

        Assert.Empty(await SarifSchema.ValidateAsync(output));
        foreach (Action<JsonObject> harm in harms)
        {
            JsonObject log = JsonNode.Parse(output)!.AsObject();
            harm(log);
            Assert.NotEmpty(await SarifSchema.ValidateAsync(log.ToJsonString(new() { WriteIndented = true })));
        }

        static JsonNode Place(JsonObject log) =>
            log["runs"]![0]!["results"]![0]!["locations"]![0]!["physicalLocation"]!;
    }

    private static JsonElement Run(string output) => JsonDocument.Parse(output).RootElement.GetProperty("runs")[0];

    private static string[] Uris(string output) =>
        [
            .. Run(output)
                .GetProperty("results")
                .EnumerateArray()
                .Select(result =>
                    result
                        .GetProperty("locations")[0]
                        .GetProperty("physicalLocation")
                        .GetProperty("artifactLocation")
                        .GetProperty("uri")
                        .GetString()!
                ),
        ];

    private static string Write(TemporaryFolder folder, string name)
    {
        string path = folder[name];
        File.WriteAllText(path, Payload);
        return path;
    }

    // BINUNICODE.
    private static byte[] Text(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        var length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
        return [(byte)'X', .. length, .. bytes];
    }

    private static void WriteZip(string path, string name, byte[] bytes)
    {
        using System.IO.Compression.ZipArchive zip = System.IO.Compression.ZipFile.Open(
            path,
            System.IO.Compression.ZipArchiveMode.Create
        );
        using Stream record = zip.CreateEntry(name).Open();
        record.Write(bytes);
    }

    /// <summary>The folder of real checkpoints, where it lies beside the project.</summary>
    private static IEnumerable<string> SharedFixtures()
    {
        for (string? folder = Repository.Root; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            string candidate = Path.Combine(folder, "shared", "fixtures");
            if (Directory.Exists(candidate))
            {
                return [candidate];
            }
        }
        return [];
    }
}
