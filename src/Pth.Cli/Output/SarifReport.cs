using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Pth.Cli.Commands;

namespace Pth.Cli.Output;

/// <summary>A scan as SARIF 2.1.0 (OASIS, Static Analysis Results Interchange Format).</summary>
internal static class SarifReport
{
    private const string SchemaUri = "https://json.schemastore.org/sarif-2.1.0.json";

    public static void Write(TextWriter output, IReadOnlyList<ScannedFile> files)
    {
        using var buffer = new MemoryStream();
        var options = new JsonWriterOptions
        {
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            Indented = true,
            NewLine = "\n",
        };
        using (var json = new Utf8JsonWriter(buffer, options))
        {
            json.WriteStartObject();
            json.WriteString("$schema", SchemaUri);
            json.WriteString("version", "2.1.0");
            json.WriteStartArray("runs");
            json.WriteStartObject();
            WriteTool(json);
            WriteInvocation(json, files);
            json.WriteStartArray("results");
            foreach (Finding finding in files.SelectMany(file => file.Findings))
            {
                WriteResult(json, finding);
            }
            json.WriteEndArray();
            json.WriteString("columnKind", "utf16CodeUnits");
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        }
        output.WriteLine(Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length));
    }

    private static void WriteTool(Utf8JsonWriter json)
    {
        json.WriteStartObject("tool");
        json.WriteStartObject("driver");
        json.WriteString("name", "pth");
        json.WriteString("version", ProgramVersion.Text);
        json.WriteStartArray("rules");
        foreach (ScanRule rule in ScanRule.All)
        {
            json.WriteStartObject();
            json.WriteString("id", rule.Id);
            json.WriteString("name", rule.Name);
            // GitHub asks for all three.
            WriteMessage(json, "shortDescription", rule.Description);
            WriteMessage(json, "fullDescription", rule.Description);
            WriteMessage(json, "help", $"{rule.Description} Nothing of the file was run to find it.");
            json.WriteStartObject("defaultConfiguration");
            json.WriteString("level", LevelOf(rule.Level));
            json.WriteEndObject();
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteInvocation(Utf8JsonWriter json, IReadOnlyList<ScannedFile> files)
    {
        json.WriteStartArray("invocations");
        json.WriteStartObject();
        json.WriteBoolean("executionSuccessful", files.All(file => file.Error is null));
        json.WriteStartArray("toolExecutionNotifications");
        foreach (ScannedFile file in files.Where(file => file.Error is not null))
        {
            json.WriteStartObject();
            json.WriteString("level", "error");
            WriteMessage(json, "message", file.Error!);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static void WriteResult(Utf8JsonWriter json, Finding finding)
    {
        json.WriteStartObject();
        json.WriteString("ruleId", finding.Rule);
        int index = ScanRule.All.Index().First(rule => rule.Item.Id == finding.Rule).Index;
        json.WriteNumber("ruleIndex", index);
        json.WriteString("level", LevelOf(finding.Level));
        WriteMessage(json, "message", ScanCommand.TextOf(finding));
        json.WriteStartArray("locations");
        json.WriteStartObject();
        json.WriteStartObject("physicalLocation");
        json.WriteStartObject("artifactLocation");
        json.WriteString("uri", UriOf(finding.Path));
        json.WriteEndObject();
        // Only of the file itself are offsets known from its beginning.
        if (finding is { Stream: null, Offset: { } offset })
        {
            json.WriteStartObject("region");
            json.WriteNumber("byteOffset", offset);
            json.WriteEndObject();
        }
        json.WriteEndObject();
        WriteStream(json, finding);
        json.WriteEndObject();
        json.WriteEndArray();
        WriteProperties(json, finding);
        json.WriteEndObject();
    }

    private static void WriteStream(Utf8JsonWriter json, Finding finding)
    {
        if (finding.Stream is not { } stream)
        {
            return;
        }
        json.WriteStartArray("logicalLocations");
        json.WriteStartObject();
        json.WriteText("fullyQualifiedName", Escape.Line(stream));
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static void WriteProperties(Utf8JsonWriter json, Finding finding)
    {
        json.WriteStartObject("properties");
        json.WriteString("level", ScanCommand.NameOf(finding.Level));
        if (finding.Global is { } global)
        {
            json.WriteText("global", Escape.Line(global));
        }
        if (finding.Offset is { } offset)
        {
            json.WriteNumber("offset", offset);
        }
        json.WriteEndObject();
    }

    private static void WriteMessage(Utf8JsonWriter json, string name, string text)
    {
        json.WriteStartObject(name);
        json.WriteText("text", Escape.Line(text));
        json.WriteEndObject();
    }

    /// <summary>A path as a URI reference: a relative one stays relative, another begins with <c>file:</c> (SARIF 2.1.0, 3.10.2).</summary>
    private static string UriOf(string path)
    {
        if (OperatingSystem.IsWindows() && Path.IsPathRooted(path))
        {
            return new Uri(Path.GetFullPath(path)).AbsoluteUri;
        }
        string slashed = OperatingSystem.IsWindows() ? path.Replace('\\', '/') : path;
        string escaped = Uri.EscapeDataString(slashed).Replace("%2F", "/", StringComparison.Ordinal);
        return escaped.StartsWith('/') ? $"file:///{escaped.TrimStart('/')}" : escaped;
    }

    private static string LevelOf(ScanLevel level) =>
        level switch
        {
            ScanLevel.Dangerous => "error",
            ScanLevel.Suspicious => "warning",
            _ => "note",
        };
}
