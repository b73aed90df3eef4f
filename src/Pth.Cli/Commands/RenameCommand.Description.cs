using System.CommandLine;
using Pth.Cli.Parsing;

namespace Pth.Cli.Commands;

// How it is called.
internal sealed partial class RenameCommand
{
    public static Command Describe(Func<ICommand, int> run)
    {
        Argument<string> file = Options.Argument("IN", "The checkpoint.");
        Option<string?> output = Options.One(
            "--output",
            "OUT",
            "Where to write. A file that is there is replaced, as cp does."
        );
        output.Aliases.Add("-o");
        Option<bool> inPlace = Options.Flag("--in-place", "Replaces IN, once the new file is whole and on the disk.");
        Option<bool> dryRun = Options.Flag(
            "--dry-run",
            "Writes nothing; shows each name that would change, and what to."
        );
        Option<string[]> strip = Options.Many(
            RenameArguments.StripPrefix,
            "P",
            "Takes P off the front of the names that begin with it, once."
        );
        Option<string[]> add = Options.Many(RenameArguments.AddPrefix, "P", "Puts P before every name.");
        Option<string[]> replace = Options.Many(
            RenameArguments.Replace,
            "REGEX TEXT",
            "Replaces every match in a name; $1 stands for the first group."
        );
        Option<bool> unwrap = Options.Flag(
            RenameArguments.Unwrap,
            "Takes off what wrappers add: module. (DataParallel), _orig_mod. (torch.compile), and the names of FSDP, checkpointing and DeepSpeed, wherever they stand."
        );
        Option<bool> onlyStateDict = Options.Flag(
            "--only-state-dict",
            "Writes the state dict alone, without what lies around it."
        );
        Option<bool> compact = Options.Flag("--compact", "Leaves out the bytes of storages that are in no tensor.");
        Option<string?> profile = Options.One(
            "--profile",
            "VERSION",
            "Writes as this PyTorch and later ones do: 2.7, 2.1, 1.13 or 1.9. As the source was written otherwise."
        );
        profile.AcceptOnlyFromAmong([.. ProfileNames.All]);
        Option<bool> trusted = Options.Trusted();
        Option<bool> json = Options.Json(Schema);
        var command = new DocumentedCommand("rename", "Writes a checkpoint again with other names for its tensors.")
        {
            Notes =
            [
                "The names are those of the state dict, wherever in the file it is; optimizer, epoch and all else are kept. The bytes of tensors are copied as they are.",
                "Rules work in the order in which they are given, and each may be given more than once. Without a rule the file is saved again: what PyTorch 1.9 or later wrote comes out byte for byte the same.",
                "Two names that would become one are an error, and nothing is written.",
            ],
            ExitCodes = "0 done, 1 a prefix or pattern is on no name (nothing is written), 2 it could not be done.",
            Examples =
            [
                (
                    "pth rename model.pth -o single.pth --strip-prefix module.",
                    "A DataParallel checkpoint for a single card."
                ),
                ("pth rename model.pth -o plain.pth --unwrap", "Whatever wrappers the network was trained in."),
                ("pth rename model.pth --dry-run --replace '^backbone\\.' 'encoder.'", "What would that do?"),
                (
                    "pth rename last.ckpt -o model.pth --only-state-dict --strip-prefix model.",
                    "The network out of a Lightning checkpoint."
                ),
                (
                    "pth rename m.pth --in-place --replace 'gamma$' weight --replace 'beta$' bias",
                    "Two rules, one after the other."
                ),
            ],
        };
        command.Add(file);
        foreach (
            Option option in (Option[])
                [output, inPlace, dryRun, strip, add, replace, unwrap, onlyStateDict, compact, profile, trusted, json]
        )
        {
            command.Add(option);
        }
        command.SetAction(result =>
            run(
                new RenameCommand
                {
                    File = result.GetRequiredValue(file),
                    Output = result.GetValue(output),
                    InPlace = result.GetValue(inPlace),
                    DryRun = result.GetValue(dryRun),
                    Rules = RenameArguments.Read(result),
                    Profile = ProfileNames.Read(result.GetValue(profile)),
                    OnlyStateDict = result.GetValue(onlyStateDict),
                    Compact = result.GetValue(compact),
                    Limits = Options.Limits(result, trusted),
                    Json = result.GetValue(json),
                }
            )
        );
        return command;
    }
}
