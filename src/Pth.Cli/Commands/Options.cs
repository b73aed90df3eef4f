using System.CommandLine;

namespace Pth.Cli.Commands;

/// <summary>Arguments and options that several commands have, so that they read the same everywhere.</summary>
internal static class Options
{
    public static Argument<string> Argument(string name, string description) => new(name) { Description = description };

    public static Option<bool> Json(string schema) =>
        new("--json") { Description = $"Writes JSON (schema {schema}) instead of text." };

    public static Option<bool> Flag(string name, string description) => new(name) { Description = description };

    /// <summary>The option that <see cref="Trusted"/> makes.</summary>
    public const string TrustedName = "--trusted";

    /// <summary>For every command that reads checkpoints.</summary>
    public static Option<bool> Trusted() =>
        new(TrustedName)
        {
            Description =
                "Lifts the limits of files from strangers: much that unpacks from little, deep nesting. For files of one's own.",
        };

    public static ReadLimits Limits(ParseResult result, Option<bool> trusted) =>
        result.GetValue(trusted) ? ReadLimits.Trusted : ReadLimits.Default;

    /// <summary>An option with a value, which may be given more than once.</summary>
    public static Option<string[]> Many(string name, string value, string description) =>
        new(name)
        {
            HelpName = value,
            Description = description,
            Arity = ArgumentArity.OneOrMore,
            AllowMultipleArgumentsPerToken = false,
        };

    /// <summary>An option with a value.</summary>
    public static Option<string?> One(string name, string value, string description) =>
        new(name)
        {
            HelpName = value,
            Description = description,
            Arity = ArgumentArity.ExactlyOne,
        };
}
