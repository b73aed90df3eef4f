namespace Pth.Cli.Tests;

/// <summary>The transcript of README.md is what the program prints. A line <c>...</c> there stands for any number of lines.</summary>
public sealed class ReadmeTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pth-readme-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_commands_of_the_transcript_print_what_is_shown()
    {
        (string Command, string[] Shown)[] transcript = [.. ReadTranscript()];

        Assert.NotEmpty(transcript);
        foreach ((string command, string[] shown) in transcript)
        {
            CliResult result = Cli.Run([.. command.Split(' ').Skip(1).Select(Locate)]);

            // As seen by somebody who stands in the repository.
            string printed = (result.Output + result.Error)
                .Replace(_folder + Path.DirectorySeparatorChar, "", StringComparison.Ordinal)
                .Replace(Repository.Root + Path.DirectorySeparatorChar, "", StringComparison.Ordinal);
            string[] lines = [.. printed.TrimEnd('\n').Split('\n').Select(line => line.TrimEnd())];
            Assert.True(Matches(shown, lines), $"README.md shows something else. {command} prints:\n{printed}");
        }
    }

    [Theory]
    [InlineData("a|...|d", "a|b|c|d", true)]
    [InlineData("a|...|d", "a|d", true)]
    [InlineData("a|...", "a|b", true)]
    [InlineData("a|...|c", "a|b|d", false)]
    [InlineData("a|b", "a", false)]
    [InlineData("a", "a|b", false)]
    public void Dots_stand_for_any_number_of_lines(string shown, string printed, bool expected) =>
        Assert.Equal(expected, Matches(shown.Split('|'), printed.Split('|')));

    /// <summary>Files of the repository lie there; all others are made in a folder that goes.</summary>
    private string Locate(string argument) =>
        argument.StartsWith("samples/", StringComparison.Ordinal) ? Path.Combine(Repository.Root, argument)
        : argument.EndsWith(".pth", StringComparison.Ordinal) ? Path.Combine(_folder, argument)
        : argument;

    private static bool Matches(ReadOnlySpan<string> shown, ReadOnlySpan<string> printed)
    {
        if (shown.IsEmpty)
        {
            return printed.IsEmpty;
        }
        if (shown[0].Trim() != "...")
        {
            return !printed.IsEmpty && shown[0] == printed[0] && Matches(shown[1..], printed[1..]);
        }
        for (int i = 0; i <= printed.Length; i++)
        {
            if (Matches(shown[1..], printed[i..]))
            {
                return true;
            }
        }
        return false;
    }

    private static IEnumerable<(string Command, string[] Shown)> ReadTranscript()
    {
        string[] lines = File.ReadAllLines(Path.Combine(Repository.Root, "README.md"));
        int start = Array.IndexOf(lines, "```console") + 1;
        Assert.True(start > 0, "README.md has no block ```console");
        int end = Array.IndexOf(lines, "```", start);

        for (int i = start; i < end; )
        {
            Assert.StartsWith("$ ./pth ", lines[i], StringComparison.Ordinal);
            int next = i + 1;
            while (next < end && !lines[next].StartsWith("$ ", StringComparison.Ordinal))
            {
                next++;
            }
            // An empty line before the next command is for the eye.
            yield return (lines[i][2..], [.. string.Join('\n', lines[(i + 1)..next]).TrimEnd('\n').Split('\n')]);
            i = next;
        }
    }
}
