using System.CommandLine;
using Pth.Cli.Parsing;

namespace Pth.Cli.Commands;

// How it is called.
internal sealed partial class CatCommand
{
    public static Command Describe(Func<ICommand, int> run)
    {
        Argument<string> file = Options.Argument("FILE", "The checkpoint.");
        Argument<string> name = Options.Argument(
            "NAME",
            "The tensor's name, as pth ls has it or as the state dict does, perhaps with a slice as in Python: NAME[0, :3, ::2]."
        );
        Option<bool> full = Options.Flag("--full", "Shows every value; of more than 1000 only the edges otherwise.");
        Option<bool> stats = Options.Flag(
            "--stats",
            "Shows what the values are like: range, mean, deviation, norm, zeros, NaN, infinity, and a histogram."
        );
        Option<string?> output = Options.One("--output", "FILE.npy", "Writes a NumPy file instead.");
        output.Aliases.Add("-o");
        Option<bool> trusted = Options.Trusted();
        Option<bool> json = Options.Json(Schema);
        var command = new DocumentedCommand("cat", "Shows the values of a tensor.")
        {
            Notes =
            [
                "Values are shown as print(tensor) of PyTorch shows them; quantized ones as the reals they stand for. --json gives the description, the statistics and, for up to 1000 or with --full, the values.",
            ],
            Examples =
            [
                ("pth cat model.pth classifier.bias", "All ten of them."),
                ("pth cat model.pth 'features.0.weight[0, :, 1]' --full", "A slice; the quotes are for the shell."),
                ("pth cat model.pth features.0.weight --stats", "Is it sane?"),
                ("pth cat model.pth features.0.weight -o weight.npy", "For numpy.load."),
            ],
        };
        command.Add(file);
        command.Add(name);
        command.Add(full);
        command.Add(stats);
        command.Add(output);
        command.Add(trusted);
        command.Add(json);
        command.SetAction(result =>
            run(
                new CatCommand
                {
                    File = result.GetRequiredValue(file),
                    Name = result.GetRequiredValue(name),
                    Full = result.GetValue(full),
                    Stats = result.GetValue(stats),
                    Output = result.GetValue(output),
                    Limits = Options.Limits(result, trusted),
                    Json = result.GetValue(json),
                }
            )
        );
        return command;
    }
}
