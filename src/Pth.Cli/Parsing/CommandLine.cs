using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using Pth.Cli.Commands;

namespace Pth.Cli.Parsing;

/// <summary>The commands, and how arguments are read.</summary>
internal static class CommandLine
{
    /// <summary>How a parsed command is called: its exceptions are ours to show.</summary>
    public static InvocationConfiguration Invocation { get; } =
        new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };

    private static ParserConfiguration Parser { get; } = new() { ResponseFileTokenReplacer = null };

    /// <param name="run">What is done with the command that was asked for.</param>
    public static RootCommand Create(Func<ICommand, int> run)
    {
        var root = new RootCommand("Shows, repairs, compares and checks PyTorch checkpoints, without Python.")
        {
            ShowCommand.Describe(run),
            LsCommand.Describe(run),
            CatCommand.Describe(run),
            RenameCommand.Describe(run),
            DiffCommand.Describe(run),
            VerifyCommand.Describe(run),
        };
        root.Directives.Clear();
        return root;
    }

    public static ParseResult Parse(RootCommand root, IReadOnlyList<string> args) =>
        root.Parse(RenameArguments.Join(HelpfulArguments(args)), Parser);

    public static bool AsksForHelp(ParseResult result) =>
        result.Action is HelpAction || (result.Tokens.Count == 0 && result.CommandResult.Command is RootCommand);

    public static bool AsksForVersion(ParseResult result) =>
        result.GetResult("--version") is OptionResult { Implicit: false };

    public static string? NameOf(Command command) => command is RootCommand ? null : command.Name;

    /// <summary><c>pth help ls</c> is <c>pth ls --help</c>.</summary>
    private static IReadOnlyList<string> HelpfulArguments(IReadOnlyList<string> args) =>
        args is ["help", ..] ? [.. args.Skip(1).Take(1), "--help"] : args;
}
