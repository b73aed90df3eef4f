using Pth.Cli.Console;
using Pth.Cli.Output;
using Pth.Cli.Parsing;

namespace Pth.Cli.Commands;

/// <summary>Writes a checkpoint again with other names for its tensors.</summary>
internal sealed partial class RenameCommand : ICommand
{
    public const string Schema = "pth.rename/1";

    public required string File { get; init; }

    /// <summary>Where it is written; null for a dry run or in place.</summary>
    public string? Output { get; init; }

    public bool InPlace { get; init; }

    public bool DryRun { get; init; }

    /// <summary>What is done to the names, in this order.</summary>
    public IReadOnlyList<RenameRule> Rules { get; init; } = [];

    /// <summary>Whose file is written; null for that of the source.</summary>
    public WriterProfile? Profile { get; init; }

    public bool OnlyStateDict { get; init; }

    public bool Compact { get; init; }

    /// <summary>How much a file may ask for.</summary>
    public ReadLimits Limits { get; init; } = ReadLimits.Default;

    public bool Json { get; init; }

    public int Run(ICommandConsole console, CancellationToken cancellationToken)
    {
        RequireTarget();
        using Checkpoint checkpoint = Open(cancellationToken);
        ContainerFormat format = FormatOf(checkpoint.Container);
        if (Rules.Count == 0 && !OnlyStateDict)
        {
            return Finish(console, checkpoint, format, checkpoint.Root, plan: [], cancellationToken);
        }
        StateDictLocation location = StateDictLocation.Find(checkpoint.Root);
        StateDict state = location.Read();
        if (FindRuleWithoutEffect(state) is { } complaint)
        {
            console.Error.WriteLine($"pth: {Escape.Line(complaint)}");
            if (!DryRun)
            {
                return ExitCode.No;
            }
        }
        IReadOnlyList<KeyValuePair<string, string>> plan = state.PreviewRename(Rules);
        StateDict renamed = Refusal.Translate(File, () => state.Rename(Rules));
        PyValue root =
            OnlyStateDict || DryRun ? checkpoint.Root : Refusal.Translate(File, () => location.Replace(renamed));
        return Finish(console, checkpoint, format, OnlyStateDict ? null : root, plan, cancellationToken, renamed);
    }

    private void RequireTarget()
    {
        if (DryRun)
        {
            return;
        }
        if (InPlace == (Output is not null))
        {
            throw new UsageException(
                InPlace
                    ? "--in-place and -o exclude each other"
                    : "say where to write: -o OUT, --in-place, or --dry-run",
                "rename"
            );
        }
        if (Output is not null && SameFile.Is(File, Output))
        {
            throw new UsageException($"{Output} is the input: to change it, say --in-place", "rename");
        }
    }

    /// <summary>The source's own format, where it can be written.</summary>
    private ContainerFormat FormatOf(ContainerInfo source)
    {
        ContainerFormat format =
            FormatNames.Find(source.Kind)
            ?? throw new CommandException(
                $"{File} is {source.Kind}, which is not written: 'pth convert' writes what is in it in another format"
            );
        if (Profile is not null && format != ContainerFormat.TorchZip)
        {
            throw new CommandException($"{File} is {source.Kind}: --profile is for torch-zip");
        }
        return format;
    }

    // A mapped file cannot be replaced on Windows.
    private Checkpoint Open(CancellationToken cancellationToken) =>
        InPlace && OperatingSystem.IsWindows()
            ? CheckpointFile.Access(
                File,
                () => Checkpoint.Load(File, new ReadOptions { Limits = Limits, CancellationToken = cancellationToken })
            )
            : CheckpointFile.Open(File, Limits, cancellationToken);

    /// <summary>A prefix or pattern that is on no name is a mistake nearly always.</summary>
    private string? FindRuleWithoutEffect(StateDict state)
    {
        string[] names = [.. state.Entries.Keys];
        for (int i = 0; i < Rules.Count; i++)
        {
            string[] next = [.. state.PreviewRename(Rules.Take(i + 1)).Select(step => step.Value)];
            if (Rules[i] != RenameRule.Unwrap && names.AsSpan().SequenceEqual(next))
            {
                return $"{Rules[i]} changes nothing: the names begin with {NameHeads.Describe(names)}";
            }
            names = next;
        }
        return null;
    }

    private int Finish(
        ICommandConsole console,
        Checkpoint checkpoint,
        ContainerFormat format,
        PyValue? root,
        IReadOnlyList<KeyValuePair<string, string>> plan,
        CancellationToken cancellationToken,
        StateDict? state = null
    )
    {
        SaveSummary? summary = DryRun ? null : Save(console, checkpoint, format, root, state, cancellationToken);
        Report(console, checkpoint, plan, summary);
        return ExitCode.Yes;
    }

    private SaveSummary Save(
        ICommandConsole console,
        Checkpoint checkpoint,
        ContainerFormat format,
        PyValue? root,
        StateDict? state,
        CancellationToken cancellationToken
    )
    {
        string target = Output ?? File;
        return TransferDisplay.Run(
            console,
            "writing",
            CheckpointFile.LengthOf(File),
            counter =>
            {
                ContainerInfo source = checkpoint.Container;
                bool isSourceProfile = Profile is null || Profile == source.Profile;
                var options = new WriteOptions
                {
                    Format = format,
                    Metadata = source.Metadata,
                    Profile = Profile ?? source.Profile,
                    ArchiveName = isSourceProfile ? source.ArchiveName : null,
                    StorageAlignment = isSourceProfile
                        ? source.StorageAlignment
                        : WriteOptions.Default.StorageAlignment,
                    Compact = Compact,
                    Progress = counter.Whole,
                    CancellationToken = cancellationToken,
                };
                return Refusal.Translate(
                    File,
                    () =>
                        OutputFile.Access(
                            target,
                            () =>
                                root is null
                                    ? Checkpoint.Save(target, state!, options)
                                    : Checkpoint.Save(target, root, options)
                        )
                );
            }
        );
    }
}
