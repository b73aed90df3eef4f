using System.CommandLine;
using Pth.Cli.Commands;

namespace Pth.Cli.Parsing;

/// <summary>The commands, and how arguments are read.</summary>
internal sealed class CommandLine
{
    private static readonly ParserConfiguration Parser = new() { ResponseFileTokenReplacer = null };

    private readonly Command _root;
    private readonly Option<bool> _help = new("--help", "-h") { Description = "Shows this help.", Recursive = true };
    private readonly Option<bool> _version = new("--version") { Description = "Shows the version." };

    /// <param name="run">What is done with the command that was asked for.</param>
    public CommandLine(Func<ICommand, int> run)
    {
        // The parser's own root command looks its texts up as resources, which takes longer than opening a checkpoint.
        _root = new Command("pth", "Shows, repairs, compares and checks PyTorch checkpoints, without Python.")
        {
            ShowCommand.Describe(run),
            LsCommand.Describe(run),
            CatCommand.Describe(run),
            RenameCommand.Describe(run),
            ConvertCommand.Describe(run),
            DiffCommand.Describe(run),
            VerifyCommand.Describe(run),
            RecoverCommand.Describe(run),
            SetCommand.Describe(run),
            MetaCommand.Describe(run),
            ScanCommand.Describe(run),
            DisCommand.Describe(run),
        };
        _root.Options.Add(_help);
        _root.Options.Add(_version);
    }

    /// <summary>How a parsed command is called: its exceptions are ours to show.</summary>
    public static InvocationConfiguration Invocation { get; } =
        new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };

    public ParseResult Parse(IReadOnlyList<string> args) =>
        _root.Parse(RenameArguments.Join(args is [] ? ["--help"] : HelpfulArguments(args)), Parser);

    // Help for a command that there is not would be an answer to another question.
    public bool AsksForHelp(ParseResult result) =>
        result.GetValue(_help)
        && (NameOf(result.CommandResult.Command) is not null || result.UnmatchedTokens.Count == 0);

    public bool AsksForVersion(ParseResult result) => result.GetValue(_version);

    /// <summary>What is wrong with the arguments.</summary>
    public UsageException Explain(ParseResult result)
    {
        string? command = NameOf(result.CommandResult.Command);
        if (command is null && result.UnmatchedTokens is [var unknown, ..])
        {
            IReadOnlyList<string> near = NameSuggestions.For(unknown, _root.Subcommands.Select(known => known.Name));
            string hint = near.Count == 0 ? "" : $"; is it {string.Join(" or ", near)}?";
            return new UsageException($"there is no command '{unknown}'{hint}");
        }
        return new UsageException(result.Errors[0].Message.TrimEnd('.'), command);
    }

    /// <summary>The command's name; null for the program itself.</summary>
    public static string? NameOf(Command command) => command is DocumentedCommand ? command.Name : null;

    /// <summary><c>pth help ls</c> is <c>pth ls --help</c>.</summary>
    private static IReadOnlyList<string> HelpfulArguments(IReadOnlyList<string> args) =>
        args is ["help", ..] ? [.. args.Skip(1).Take(1), "--help"] : args;
}
