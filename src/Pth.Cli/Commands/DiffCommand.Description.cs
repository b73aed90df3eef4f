using System.CommandLine;
using System.Globalization;
using Pth.Cli.Parsing;

namespace Pth.Cli.Commands;

// How it is called.
internal sealed partial class DiffCommand
{
    public static Command Describe(Func<ICommand, int> run)
    {
        Argument<string> left = Options.Argument("A", "A checkpoint.");
        Argument<string> right = Options.Argument("B", "Another.");
        Option<string?> rtol = Options.One(
            "--rtol",
            "X",
            "How much of a value's magnitude may differ. 0 unless given."
        );
        Option<string?> atol = Options.One(
            "--atol",
            "X",
            "How much values may differ whatever their magnitude. 0 unless given."
        );
        Option<bool> namesOnly = Options.Flag("--names-only", "Compares names, shapes and dtypes, not the values.");
        Option<bool> stateDicts = Options.Flag(
            "--state-dict",
            "Compares the state dicts alone, wherever in the files they are."
        );
        Option<bool> unwrap = Options.Flag(
            "--unwrap",
            "The same, without the names that wrappers add: module., _orig_mod. and so on."
        );
        Option<string[]> map = Options.Many(
            "--map",
            "FROM=TO",
            "A name in A that begins with FROM is one in B that begins with TO. Either may be empty."
        );
        Option<bool> trusted = Options.Trusted();
        Option<bool> json = Options.Json(Schema);
        var command = new DocumentedCommand("diff", "Compares the tensors of two checkpoints.")
        {
            Notes =
            [
                "Two tensors are equal when |a - b| <= atol + rtol * |b| for every value; NaN is equal to NaN. Strides that differ are shown, but make no difference: loading either gives the same values.",
            ],
            ExitCodes = "0 equal, 1 different, 2 it could not be done.",
            Examples =
            [
                ("pth diff a.pth b.pth", "Equal to the bit of every value?"),
                ("pth diff a.pth b.pth --rtol 1e-5 --atol 1e-8", "As torch.allclose."),
                ("pth diff dataparallel.pth single.pth --unwrap", "The same network?"),
                (
                    "pth diff last.ckpt model.pth --map state_dict.model.=",
                    "A name 'state_dict.model.x' here is 'x' there."
                ),
                ("pth diff a.pth b.pth --names-only --json", "Which keys would load_state_dict miss?"),
            ],
        };
        command.Add(left);
        command.Add(right);
        foreach (Option option in (Option[])[rtol, atol, namesOnly, stateDicts, unwrap, map, trusted, json])
        {
            command.Add(option);
        }
        command.SetAction(result =>
            run(
                new DiffCommand
                {
                    Left = result.GetRequiredValue(left),
                    Right = result.GetRequiredValue(right),
                    Rtol = ReadTolerance("--rtol", result.GetValue(rtol)),
                    Atol = ReadTolerance("--atol", result.GetValue(atol)),
                    NamesOnly = result.GetValue(namesOnly),
                    StateDicts = result.GetValue(stateDicts),
                    Unwrap = result.GetValue(unwrap),
                    Map = [.. (result.GetValue(map) ?? []).Select(ReadRule)],
                    Limits = Options.Limits(result, trusted),
                    Json = result.GetValue(json),
                }
            )
        );
        return command;
    }

    private static double ReadTolerance(string option, string? text)
    {
        if (text is null)
        {
            return 0;
        }
        return
            double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
            && value >= 0
            && double.IsFinite(value)
            ? value
            : throw new UsageException($"{option} {text}: found no number of 0 or more", "diff");
    }

    private static (string From, string To) ReadRule(string text) =>
        text.IndexOf('=', StringComparison.Ordinal) is >= 0 and var equals
            ? (text[..equals], text[(equals + 1)..])
            : throw new UsageException($"--map {text}: found no '=', expected FROM=TO", "diff");
}
