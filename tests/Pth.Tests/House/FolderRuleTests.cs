namespace Pth.Tests.House;

public class FolderRuleTests
{
    [Fact]
    public void The_library_uses_only_folders_below()
    {
        string library = Path.Combine(Repository.Root, "src", "Pth");
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string path in Directory.EnumerateFiles(library, "*.cs", SearchOption.AllDirectories))
        {
            files.Add(Path.GetRelativePath(library, path).Replace('\\', '/'), File.ReadAllText(path));
        }

        IReadOnlyList<string> violations = FolderRule.FindViolations(files);

        Assert.True(violations.Count == 0, string.Join('\n', violations));
    }

    [Theory]
    [InlineData("Bytes", "Zip", "Bytes does not stand above Zip")]
    [InlineData("Zip", "Tar", "Zip does not stand above Tar")]
    [InlineData("Pickle", "Formats/Torch", "Pickle does not stand above Formats/Torch")]
    [InlineData("StateDicts", "", "StateDicts does not stand above the door")]
    [InlineData("Formats/TorchZip", "Formats/TorchTar", "Formats/TorchZip and Formats/TorchTar do not know each other")]
    [InlineData("Formats/Torch", "Formats/TorchZip", "Formats/Torch and Formats/TorchZip do not know each other")]
    [InlineData("Attic", "Bytes", "Attic: a folder without a floor")]
    [InlineData("Zip", "Bytes", null)]
    [InlineData("Formats/TorchZip", "Formats/Torch", null)]
    [InlineData("Formats/TorchZip", "Formats", null)]
    [InlineData("", "Security", null)]
    public void A_use_is_found_where_it_goes_up_and_only_there(string user, string used, string? expected)
    {
        var files = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [PathOf(used, "Used.cs")] = "namespace Pth; class Used { public int Value => 1; }",
            [PathOf(user, "User.cs")] = "namespace Pth; class User { int Get(Used used) => used.Value; }",
        };

        IReadOnlyList<string> violations = FolderRule.FindViolations(files);

        if (expected is null)
        {
            Assert.Empty(violations);
        }
        else
        {
            Assert.Contains(violations, violation => violation.Contains(expected, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_member_counts_as_its_type_does()
    {
        var files = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Zip/Used.cs"] =
                "namespace Pth; static class Used { extension(string text) { public int Twice => 2 * text.Length; } }",
            ["Bytes/User.cs"] = "namespace Pth;\nclass User { int Get() => \"a\".Twice; }",
        };

        string violation = Assert.Single(FolderRule.FindViolations(files));

        Assert.StartsWith("Bytes/User.cs:2 uses ", violation, StringComparison.Ordinal);
    }

    private static string PathOf(string folder, string file) => folder.Length == 0 ? file : $"{folder}/{file}";
}
