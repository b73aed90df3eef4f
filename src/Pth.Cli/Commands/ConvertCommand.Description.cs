using System.CommandLine;
using Pth.Cli.Parsing;

namespace Pth.Cli.Commands;

// How it is called.
internal sealed partial class ConvertCommand
{
    private static readonly Dictionary<string, SharedTensorPolicy> Policies = new(StringComparer.Ordinal)
    {
        ["error"] = SharedTensorPolicy.Error,
        ["keep-first"] = SharedTensorPolicy.KeepFirst,
        ["clone"] = SharedTensorPolicy.Clone,
    };

    public static Command Describe(Func<ICommand, int> run)
    {
        Argument<string> file = Options.Argument("IN", "The checkpoint.");
        Option<string?> output = Options.One(
            "--output",
            "OUT",
            "Where to write. A file that is there is replaced, as cp does."
        );
        output.Aliases.Add("-o");
        Option<string?> to = Options.One(
            "--to",
            "FORMAT",
            $"What to write: {string.Join(", ", FormatNames.All)}. What the extension of OUT says otherwise."
        );
        to.AcceptOnlyFromAmong([.. FormatNames.All]);
        Option<string?> dtype = Options.One(
            "--dtype",
            "TYPE",
            $"Gives floating-point tensors another type: {DTypeNames.List}, or as PyTorch calls it. All other tensors are left alone."
        );
        Option<bool> saturate = Options.Flag(
            "--saturate",
            "Values that are too large for the type become its largest one, not infinity."
        );
        Option<string[]> only = Options.Many(
            "--only",
            "GLOB",
            "Takes only the tensors whose names match. May be given more than once."
        );
        Option<string[]> drop = Options.Many(
            "--drop",
            "GLOB",
            "Leaves out the tensors whose names match. May be given more than once."
        );
        Option<bool> unwrap = Options.Flag(
            "--unwrap",
            "Takes off what wrappers add to names: module., _orig_mod. and so on."
        );
        Option<string?> at = Options.One(
            "--at",
            "PATH",
            "Takes the dictionary at this path and nothing else: ema.model"
        );
        Option<string?> shardSize = Options.One(
            "--shard-size",
            "SIZE",
            "Writes a folder OUT of files with at most so many bytes of tensors, and an index, as Hugging Face does: 5GB, 500MB. safetensors unless --to says torch-zip."
        );
        Option<string?> shared = Options.One(
            "--shared",
            "HOW",
            "What is done with tensors that share memory, where the format cannot say so: error (unless given), keep-first or clone."
        );
        shared.AcceptOnlyFromAmong([.. Policies.Keys]);
        Option<bool> tensorsOnly = Options.Flag(
            "--tensors-only",
            "Leaves out what is no tensor of the network: epoch, optimizer, hyper-parameters."
        );
        Option<bool> compact = Options.Flag("--compact", "Leaves out the bytes of storages that are in no tensor.");
        Option<string?> profile = Options.One(
            "--profile",
            "VERSION",
            "Writes torch-zip as this PyTorch and later ones do: 2.7, 2.1, 1.13 or 1.9. As the source was written otherwise."
        );
        profile.AcceptOnlyFromAmong([.. ProfileNames.All]);
        Option<bool> dryRun = Options.Flag(
            "--dry-run",
            "Writes nothing, but does all else: reports what would be lost, and how large the file would be."
        );
        Option<bool> trusted = Options.Trusted();
        Option<bool> json = Options.Json(Schema);
        var command = new DocumentedCommand(
            "convert",
            "Writes a checkpoint in another format, with another element type, or a part of it."
        )
        {
            Notes =
            [
                "The names are those of the state dict, wherever in the file it is. --only and --drop see them after --unwrap.",
                "Values are rounded to the bit as tensor.to(dtype) of PyTorch rounds them. Files of any size are converted piece by piece, in memory that does not grow with them.",
                "torch-zip and torch-legacy hold anything. The others hold tensors with names, npy one tensor; what else there is, is an error that lists it, unless --tensors-only. The texts in a safetensors file stay when safetensors is written.",
            ],
            ExitCodes = "0 done, 1 no tensor is left (nothing is written), 2 it could not be done.",
            Examples =
            [
                ("pth convert model.pth -o model.safetensors", "The same tensors, bit by bit."),
                ("pth convert model.pth -o half.pth --dtype bf16", "Half the size."),
                (
                    "pth convert last.ckpt -o model.safetensors --at state_dict --unwrap",
                    "The network out of a Lightning checkpoint."
                ),
                ("pth convert model.pth -o model/ --shard-size 5GB", "For the Hugging Face hub."),
                (
                    "pth convert tied.pth -o tied.safetensors --shared keep-first",
                    "As save_model of safetensors does it."
                ),
                ("pth convert model.safetensors --to torch-zip --dtype f16 --dry-run", "What would float16 cost?"),
            ],
        };
        command.Add(file);
        foreach (
            Option option in (Option[])
                [
                    output,
                    to,
                    dtype,
                    saturate,
                    only,
                    drop,
                    unwrap,
                    at,
                    shardSize,
                    shared,
                    tensorsOnly,
                    compact,
                    profile,
                    dryRun,
                    trusted,
                    json,
                ]
        )
        {
            command.Add(option);
        }
        command.SetAction(result =>
            run(
                new ConvertCommand
                {
                    File = result.GetRequiredValue(file),
                    Output = result.GetValue(output),
                    To = result.GetValue(to) is { } name ? FormatNames.Find(name) : null,
                    DType = ReadDType(result.GetValue(dtype)),
                    Saturate = result.GetValue(saturate),
                    Only = result.GetValue(only) ?? [],
                    Drop = result.GetValue(drop) ?? [],
                    Unwrap = result.GetValue(unwrap),
                    At = result.GetValue(at),
                    MaxShardSize = ReadSize(result.GetValue(shardSize)),
                    Shared = Policies[result.GetValue(shared) ?? "error"],
                    TensorsOnly = result.GetValue(tensorsOnly),
                    Compact = result.GetValue(compact),
                    Profile = ProfileNames.Read(result.GetValue(profile)),
                    DryRun = result.GetValue(dryRun),
                    Limits = Options.Limits(result, trusted),
                    Json = result.GetValue(json),
                }
            )
        );
        return command;
    }

    private static long? ReadSize(string? text) =>
        text is null ? null
        : ShardSize.TryParse(text, out long bytes) ? bytes
        : throw new UsageException($"--shard-size {text}: found no size, expected one as 5GB or 500MB", "convert");

    private static DType? ReadDType(string? text) =>
        text is null ? null
        : DTypeNames.TryParse(text, out DType? dtype) ? dtype
        : throw new UsageException($"--dtype {text}: found no such type, expected one of {DTypeNames.List}", "convert");
}
