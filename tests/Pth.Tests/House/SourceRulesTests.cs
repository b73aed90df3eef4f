using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Pth.Tests.House;

/// <summary>Rules of CONTRIBUTING.md that no analyzer knows.</summary>
public partial class SourceRulesTests
{
    private const int MostLines = 400;

    /// <summary>
    /// Where an exception must not pass and is kept whole for whoever waits: the end of a thread, libtorch's frames, the other ranks.
    /// </summary>
    private static readonly string[] HandsOn =
    [
        "src/Pth.Distributed/Replicas/OnThreads.cs",
        "src/Pth.Distributed/Gradients/BackwardGuard.cs",
        "src/Pth.Distributed/Gradients/GradientReducer.Finish.cs",
        "src/Pth.Distributed/Checkpoints/RankZero.cs",
    ];

    [Fact]
    public void No_source_file_is_longer_than_a_reader_can_hold()
    {
        var tooLong = Sources()
            .Select(file => (file.Path, Lines: file.Text.Count(character => character == '\n')))
            .Where(file => file.Lines > MostLines);

        Assert.Empty(tooLong);
    }

    [Fact]
    public void Nothing_is_left_undone_or_silenced()
    {
        AssertNowhere(Sources(), Undone());
    }

    [Fact]
    public void The_library_swallows_no_exception_that_it_does_not_know()
    {
        IEnumerable<string> found =
            from file in Sources()
            where file.Path.StartsWith("src/", StringComparison.Ordinal)
            where !HandsOn.Contains(file.Path, StringComparer.Ordinal)
            from line in LinesThatSwallow(file.Text)
            select $"{file.Path}:{line}";

        Assert.Empty(found);
    }

    [Fact]
    public void What_is_let_off_that_rule_still_needs_it() =>
        Assert.All(
            HandsOn,
            path => Assert.Single(LinesThatSwallow(File.ReadAllText(Path.Combine(Repository.Root, path))))
        );

    [Theory]
    [InlineData("int x; // TODO: later")]
    [InlineData("throw new NotImplementedException();")]
    [InlineData("#pragma warning disable CA1000")]
    [InlineData("    #region Fields")]
    [InlineData("[Fact(Skip = \"slow\")]")]
    public void What_is_left_undone_is_seen(string line) => Assert.Matches(Undone(), line);

    [Theory]
    [InlineData("catch (Exception e) { Use(e); }", true)]
    [InlineData("catch (System.Exception) { }", true)]
    [InlineData("catch { }", true)]
    [InlineData("catch (Exception e) { throw new IOException(e.Message); }", true)]
    [InlineData("catch (IOException) { }", false)]
    [InlineData("catch (Exception e) when (e is IOException or TimeoutException) { }", false)]
    [InlineData("catch { Clean(); throw; }", false)]
    public void A_catch_of_everything_is_seen_unless_it_throws_on(string clause, bool isSeen)
    {
        string text = $"class C {{ void M() {{ try {{ }} {clause} }} }}";

        Assert.Equal(isSeen, LinesThatSwallow(text).Any());
    }

    private static IEnumerable<int> LinesThatSwallow(string text) =>
        from clause in CSharpSyntaxTree.ParseText(text).GetRoot().DescendantNodes().OfType<CatchClauseSyntax>()
        where clause.Filter is null
        where clause.Declaration?.Type.ToString() is null or "Exception" or "System.Exception"
        where
            !clause
                .Block.DescendantNodes()
                .OfType<ThrowStatementSyntax>()
                .Any(statement => statement.Expression is null)
        select 1 + clause.GetLocation().GetLineSpan().StartLinePosition.Line;

    private static void AssertNowhere(IEnumerable<(string Path, string Text)> files, Regex pattern)
    {
        IEnumerable<string> found = files.SelectMany(file =>
            pattern
                .Matches(file.Text)
                .Select(match => $"{file.Path}:{1 + file.Text.AsSpan(0, match.Index).Count('\n')}: {match.Value}")
        );
        Assert.Empty(found);
    }

    /// <summary>All C# files, except this one, which names what it looks for.</summary>
    private static IEnumerable<(string Path, string Text)> Sources() =>
        from folder in new[] { "src", "tests", "benchmarks", "samples", "fuzz" }
        let top = Path.Combine(Repository.Root, folder)
        where Directory.Exists(top)
        from path in Directory.EnumerateFiles(top, "*.cs", SearchOption.AllDirectories)
        let name = Path.GetRelativePath(Repository.Root, path).Replace('\\', '/')
        where !name.EndsWith($"/{nameof(SourceRulesTests)}.cs", StringComparison.Ordinal)
        where !name.Contains("/artifacts/", StringComparison.Ordinal)
        select (name, File.ReadAllText(path));

    [GeneratedRegex(
        @"\b(TODO|FIXME|HACK|XXX)\b|\bNotImplementedException\b|#pragma warning disable|#region|\bSkip\s*=\s*""",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 10_000
    )]
    private static partial Regex Undone();
}
