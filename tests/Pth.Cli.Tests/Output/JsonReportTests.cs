using System.Text.Json;
using Pth.Cli.Output;

namespace Pth.Cli.Tests.Output;

public sealed class JsonReportTests
{
    [Fact]
    public void Items_are_one_a_line_and_the_whole_is_json()
    {
        var output = new StringWriter();
        using (var report = new JsonReport(output, "pth.test/1"))
        {
            report.Items("items", [1, 2], (item, number) => item.WriteNumber("n", number));
        }

        Assert.Equal(
            "{\"schema\":\"pth.test/1\",\"items\":[\n {\"n\":1},\n {\"n\":2}]}\n",
            output.ToString().ReplaceLineEndings("\n")
        );
    }

    [Theory]
    [InlineData("<root>", "<root>")]
    [InlineData("größe.权重", "größe.权重")]
    [InlineData("a\"b\\c", "a\\\"b\\\\c")]
    [InlineData("\x1b[2J\u202e", "\\u001b[2J\\u202e")]
    public void Text_is_exact_and_harmless(string text, string shown)
    {
        string json = Write(text);

        Assert.Contains($"\"{shown}\"", json, StringComparison.Ordinal);
        Assert.Equal(text, JsonDocument.Parse(json).RootElement.GetProperty("name").GetString());
    }

    [Fact]
    public void A_lone_surrogate_is_kept() =>
        Assert.Contains("\"a\\ud800\"", Write("a" + '\ud800'), StringComparison.Ordinal);

    [Fact]
    public void A_report_longer_than_the_buffer_is_whole()
    {
        var output = new StringWriter();
        using (var report = new JsonReport(output, "pth.test/1"))
        {
            report.Items("items", Enumerable.Range(0, 20_000), (item, n) => item.WriteText("name", $"größe.{n}"));
        }

        JsonElement items = JsonDocument.Parse(output.ToString()).RootElement.GetProperty("items");
        Assert.Equal(20_000, items.GetArrayLength());
        Assert.Equal("größe.19999", items[19_999].GetProperty("name").GetString());
    }

    private static string Write(string text)
    {
        var output = new StringWriter();
        using (var report = new JsonReport(output, "pth.test/1"))
        {
            report.Top.WriteText("name", text);
        }
        return output.ToString();
    }
}
