using System.CommandLine;
using System.CommandLine.Parsing;

namespace Pth.Cli.Parsing;

/// <summary>
/// The rules of a rename in the order in which the command line gives them, whatever their kinds: taking a prefix off and then putting one
/// on is not the same as the other way round.
/// </summary>
internal static class RenameArguments
{
    public const string StripPrefix = "--strip-prefix";
    public const string AddPrefix = "--add-prefix";
    public const string Replace = "--replace";
    public const string Unwrap = "--unwrap";

    // The parser gives an option that may be repeated one value each time, and --replace has two. No argument can hold a NUL.
    private const char Joint = '\0';

    /// <summary>Makes one argument of <c>--replace REGEX TEXT</c>.</summary>
    public static IReadOnlyList<string> Join(IReadOnlyList<string> args)
    {
        if (!args.Contains(Replace, StringComparer.Ordinal))
        {
            return args;
        }
        var joined = new List<string>();
        for (int i = 0; i < args.Count; i++)
        {
            if (args[i] == Replace && i + 2 < args.Count)
            {
                joined.Add($"{Replace}={args[i + 1]}{Joint}{args[i + 2]}");
                i += 2;
            }
            else
            {
                joined.Add(args[i]);
            }
        }
        return joined;
    }

    /// <exception cref="UsageException">A rule makes no sense.</exception>
    public static IReadOnlyList<RenameRule> Read(ParseResult result)
    {
        var rules = new List<RenameRule>();
        string? option = null;
        foreach (Token token in result.Tokens)
        {
            if (token.Type == TokenType.Option)
            {
                option = token.Value;
                if (option == Unwrap)
                {
                    rules.Add(RenameRule.Unwrap);
                }
            }
            else if (option is StripPrefix or AddPrefix or Replace)
            {
                rules.Add(Make(option, token.Value));
                option = null;
            }
        }
        return rules;
    }

    private static RenameRule Make(string option, string value)
    {
        try
        {
            return option switch
            {
                StripPrefix => RenameRule.StripPrefix(value),
                AddPrefix => RenameRule.AddPrefix(value),
                _ => value.Split(Joint) is [var pattern, var replacement]
                    ? RenameRule.Replace(pattern, replacement)
                    : throw new UsageException(
                        $"{Replace} takes a regular expression and the text to put there",
                        "rename"
                    ),
            };
        }
        catch (ArgumentException e)
        {
            throw new UsageException($"{option} {value.Replace(Joint, ' ')}: {e.Message}", "rename");
        }
    }
}
