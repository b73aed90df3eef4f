using Pth.Cli.Console;
using Pth.Cli.Output;
using Pth.Cli.Parsing;

namespace Pth.Cli.Commands;

/// <summary>Writes a checkpoint in another format, with other element types, or a part of it.</summary>
internal sealed partial class ConvertCommand : ICommand
{
    public const string Schema = "pth.convert/1";

    public required string File { get; init; }

    /// <summary>Where it is written; null for a dry run.</summary>
    public string? Output { get; init; }

    /// <summary>What is written; null for what the extension of <see cref="Output"/> says.</summary>
    public ContainerFormat? To { get; init; }

    /// <summary>What floating-point tensors become; null for what they are.</summary>
    public DType? DType { get; init; }

    public bool Saturate { get; init; }

    /// <summary>Which names are taken; all when there are none.</summary>
    public IReadOnlyList<string> Only { get; init; } = [];

    /// <summary>Which names are left out.</summary>
    public IReadOnlyList<string> Drop { get; init; } = [];

    public bool Unwrap { get; init; }

    /// <summary>The path of the dictionary that is taken; null for all of the checkpoint.</summary>
    public string? At { get; init; }

    /// <summary>The most bytes of tensors in a file, when a folder of several is written; null for one file.</summary>
    public long? MaxShardSize { get; init; }

    public WriterProfile? Profile { get; init; }

    public SharedTensorPolicy Shared { get; init; }

    public bool TensorsOnly { get; init; }

    public bool Compact { get; init; }

    public bool DryRun { get; init; }

    /// <summary>How much a file may ask for.</summary>
    public ReadLimits Limits { get; init; } = ReadLimits.Default;

    public bool Json { get; init; }

    public int Run(ICommandConsole console, CancellationToken cancellationToken)
    {
        ContainerFormat format = ChooseFormat();
        using Checkpoint checkpoint = CheckpointFile.Open(File, Limits, cancellationToken);
        var content = new ConvertedContent(checkpoint, this, format);
        if (content.HasNothing)
        {
            console.Error.WriteLine($"pth: none of the {content.Names} names is left");
            return ExitCode.No;
        }
        ConvertSummary summary = Save(console, checkpoint, content, format, cancellationToken);
        if (Json)
        {
            WriteJson(console, format, content, summary);
        }
        else
        {
            WriteText(console, format, content, summary);
        }
        return ExitCode.Yes;
    }

    private ContainerFormat ChooseFormat()
    {
        if (Output is null && !DryRun)
        {
            throw new UsageException("say where to write: -o OUT, or --dry-run", "convert");
        }
        if (Output is not null && SameFile.Is(File, Output))
        {
            throw new UsageException($"{Output} is the input: write to another file", "convert");
        }
        if (Saturate && DType is null)
        {
            throw new UsageException("--saturate says how to convert to a --dtype, and there is none", "convert");
        }
        if (MaxShardSize is not null)
        {
            return DryRun
                ? throw new UsageException("--dry-run is for one file: leave out --shard-size", "convert")
                : To ?? ContainerFormat.SafeTensors;
        }
        return To
            ?? (Output is null ? null : FormatNames.OfPath(Output))
            ?? throw new UsageException(
                $"say what to write: --to FORMAT, or -o with one of {string.Join(' ', FormatNames.Extensions)}",
                "convert"
            );
    }

    private ConvertSummary Write(string output, PyValue root, WriteOptions options) =>
        MaxShardSize is { } size
            ? ConvertSummary.Of(Checkpoint.SaveSharded(output, root, size, options))
            : ConvertSummary.Of(Checkpoint.Save(output, root, options));

    private ConvertSummary Save(
        ICommandConsole console,
        Checkpoint checkpoint,
        ConvertedContent content,
        ContainerFormat format,
        CancellationToken cancellationToken
    ) =>
        TransferDisplay.Run(
            console,
            DryRun ? "reading" : "writing",
            content.Bytes,
            counter =>
            {
                ContainerInfo source = checkpoint.Container;
                var options = new WriteOptions
                {
                    Format = format,
                    Profile = Profile ?? source.Profile,
                    SharedTensors = Shared,
                    TensorsOnly = TensorsOnly,
                    Metadata = source.Metadata,
                    Compact = Compact,
                    Progress = counter.Whole,
                    CancellationToken = cancellationToken,
                };
                return Refusal.Translate(
                    File,
                    () =>
                        DryRun
                            ? ConvertSummary.Of(Checkpoint.Save(Stream.Null, content.Root, options))
                            : OutputFile.Access(Output!, () => Write(Output!, content.Root, options))
                );
            }
        );
}
