using System.CommandLine;
using System.Numerics;
using Pth.Cli.Console;
using Pth.Cli.Output;
using Pth.Cli.Parsing;

namespace Pth.Cli.Commands;

/// <summary>Takes the tensors that are whole out of a damaged file.</summary>
internal sealed partial class RecoverCommand : ICommand
{
    public const string Schema = "pth.recover/1";

    public required string File { get; init; }

    /// <summary>Where it is written; null for a dry run.</summary>
    public string? Output { get; init; }

    public bool DryRun { get; init; }

    /// <summary>How much a file may ask for.</summary>
    public ReadLimits Limits { get; init; } = ReadLimits.Default;

    public bool Json { get; init; }

    public static Command Describe(Func<ICommand, int> run)
    {
        Argument<string> file = Options.Argument(
            "FILE",
            "The damaged checkpoint: torch.save's zip or legacy format, or safetensors."
        );
        Option<string?> output = Options.One(
            "--output",
            "OUT",
            "The file to write: safetensors where FILE is that, else torch-zip."
        );
        output.Aliases.Add("-o");
        Option<bool> dryRun = Options.Flag("--dry-run", "Only shows what is whole and what is lost.");
        Option<bool> trusted = Options.Trusted();
        Option<bool> json = Options.Json(Schema);
        var command = new DocumentedCommand("recover", "Takes the tensors that are whole out of a damaged file.")
        {
            Notes =
            [
                "For a download or a save that broke off, a file whose directory is lost, and one in which bytes were changed. A tensor of which a byte is missing, or whose checksum is wrong, is left out: nothing is invented. In a list or tuple None stands for it.",
                "The pickle or header, which says what the tensors are, has to be whole. Only the zip format has checksums: in the others it is known that the bytes are there, not that they are right.",
            ],
            ExitCodes = "0 all tensors are whole, 1 some are lost, 2 nothing could be done.",
            Examples =
            [
                ("pth recover model.pth --dry-run", "What is left of the download?"),
                ("pth recover model.pth -o rest.pth", "Writes the tensors that are whole, and lists the others."),
            ],
        };
        command.Add(file);
        command.Add(output);
        command.Add(dryRun);
        command.Add(trusted);
        command.Add(json);
        command.SetAction(result =>
            run(
                new RecoverCommand
                {
                    File = result.GetRequiredValue(file),
                    Output = result.GetValue(output),
                    DryRun = result.GetValue(dryRun),
                    Limits = Options.Limits(result, trusted),
                    Json = result.GetValue(json),
                }
            )
        );
        return command;
    }

    public int Run(ICommandConsole console, CancellationToken cancellationToken)
    {
        if (DryRun == Output is not null)
        {
            throw new UsageException(
                DryRun ? "--dry-run and -o exclude each other" : "say where to write: -o OUT or --dry-run",
                "recover"
            );
        }
        if (Output is not null && SameFile.Is(File, Output))
        {
            throw new UsageException(
                $"{Output} is the damaged file: it stays as it is, choose another name",
                "recover"
            );
        }
        if (Directory.Exists(File))
        {
            throw new CommandException($"{File}: is a folder; 'pth verify' says which file in it is damaged");
        }
        using Recovery recovery = TransferDisplay.Run(
            console,
            "checking",
            CheckpointFile.Access(File, () => CheckpointFile.LengthOf(File)),
            counter =>
                CheckpointFile.Access(
                    File,
                    () =>
                        Checkpoint.Recover(
                            File,
                            new ReadOptions
                            {
                                Limits = Limits,
                                Progress = counter.Whole,
                                CancellationToken = cancellationToken,
                            }
                        )
                )
        );
        bool isNothingLeft = recovery.Root is null || (recovery.Kept.Count == 0 && recovery.Lost.Count > 0);
        SaveSummary? summary = DryRun || isNothingLeft ? null : Save(console, recovery, cancellationToken);
        Report(console, recovery, summary);
        if (isNothingLeft)
        {
            throw new CommandException($"{File}: none of its {Amount.Of(recovery.Lost.Count, "tensor")} is whole");
        }
        return recovery.Lost.Count == 0 ? ExitCode.Yes : ExitCode.No;
    }

    private SaveSummary Save(ICommandConsole console, Recovery recovery, CancellationToken cancellationToken)
    {
        ContainerInfo source = recovery.Container;
        return TransferDisplay.Run(
            console,
            "writing",
            CheckpointFile.LengthOf(File),
            counter =>
                Refusal.Translate(
                    File,
                    () =>
                        OutputFile.Access(
                            Output!,
                            () =>
                                Checkpoint.Save(
                                    Output!,
                                    recovery.Root!,
                                    new WriteOptions
                                    {
                                        // A legacy stream's storages are as good in a zip, which has checksums.
                                        Format =
                                            source.Kind == FormatNames.Of(ContainerFormat.SafeTensors)
                                                ? ContainerFormat.SafeTensors
                                                : ContainerFormat.TorchZip,
                                        Metadata = source.Metadata,
                                        Profile = source.Profile,
                                        ArchiveName = source.ArchiveName,
                                        StorageAlignment = AlignmentOf(source),
                                        Progress = counter.Whole,
                                        CancellationToken = cancellationToken,
                                    }
                                )
                        )
                )
        );
    }

    // What is no zip has none, and what is no power of two is not written.
    private static int AlignmentOf(ContainerInfo source) =>
        source is { ArchiveName: not null, Profile: WriterProfile.PyTorch27 }
        && BitOperations.IsPow2(source.StorageAlignment)
        && source.StorageAlignment <= 32_768
            ? source.StorageAlignment
            : WriteOptions.Default.StorageAlignment;
}
