using System.Text.RegularExpressions;

namespace Pth.Tests.House;

public partial class ReadmeTests
{
    private static readonly string Sample = Path.Combine(Repository.Samples, "vgg16_bn_dataparallel.pth");

    [Fact]
    public void The_readme_is_read_in_one_go() => Assert.InRange(Readme.Lines.Length, 20, Readme.MostLines);

    [Fact]
    public void The_program_is_the_one_among_the_samples()
    {
        string[] lines = File.ReadAllLines(Path.Combine(Repository.Samples, "StripPrefix.cs"));
        // The lines that only a program of one file needs: where its project is.
        string sample = string.Concat(
            lines.SkipWhile(line => line.StartsWith("#:", StringComparison.Ordinal)).Select(line => $"{line}\n")
        );

        Assert.Equal(sample, Readme.Block("csharp"));
    }

    [Fact]
    public void The_program_prints_what_is_shown_and_saves_what_PyTorch_saved()
    {
        string folder = Directory.CreateTempSubdirectory("pth-readme-").FullName;
        try
        {
            // The name counts: it stands before every record.
            string saved = Path.Combine(folder, "vgg16_bn.pth");

            string printed = ReadmeProgram.Run(Readme.Block("csharp"), folder, Sample, saved);

            Assert.Equal(Readme.Block("text"), printed);
            // Both samples were saved from one network, and PyTorch's own way of taking the prefix off gives these bytes too.
            Assert.Equal(File.ReadAllBytes(Path.Combine(Repository.Samples, "vgg16_bn.pth")), File.ReadAllBytes(saved));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void The_links_in_the_documentation_lead_somewhere()
    {
        IEnumerable<string> documents =
        [
            .. Directory.EnumerateFiles(Repository.Root, "*.md"),
            .. Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories),
        ];
        IEnumerable<string> dead =
            from document in documents
            from link in Links().Matches(File.ReadAllText(document))
            where !Path.Exists(Path.Combine(Path.GetDirectoryName(document)!, link.Groups["path"].Value))
            select $"{document}: {link.Value}";

        Assert.Empty(dead);
    }

    [Fact]
    public void Every_kind_of_error_is_documented()
    {
        string page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "errors.md"));

        Assert.All(
            Enum.GetNames<CheckpointErrorKind>(),
            kind => Assert.Contains($"| `{kind}` |", page, StringComparison.Ordinal)
        );
    }

    [GeneratedRegex(@"\]\((?!https?:)(?<path>[^)#]+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Links();
}
