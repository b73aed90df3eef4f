using Pth.Cli.Console;
using Pth.Cli.Inspection;
using Pth.Cli.Output;

namespace Pth.Cli.Commands;

/// <summary>Shows the values of a tensor, or what they are like, or gives them to NumPy.</summary>
internal sealed partial class CatCommand : ICommand
{
    public const string Schema = "pth.cat/1";
    private const int Bins = 20;
    private const int TorchLineWidth = 80;

    public required string File { get; init; }

    /// <summary>A tensor's name, perhaps with a slice behind it: <c>features.0.weight[0, :, 1]</c>.</summary>
    public required string Name { get; init; }

    public bool Full { get; init; }

    public bool Stats { get; init; }

    /// <summary>The NumPy file to write; null for none.</summary>
    public string? Output { get; init; }

    /// <summary>How much a file may ask for.</summary>
    public ReadLimits Limits { get; init; } = ReadLimits.Default;

    public bool Json { get; init; }

    public int Run(ICommandConsole console, CancellationToken cancellationToken)
    {
        using Checkpoint checkpoint = CheckpointFile.Open(File, Limits, cancellationToken);
        (string name, TensorView tensor) = TensorChoice.Find(checkpoint, Name);
        if (tensor.Storage.IsMeta)
        {
            throw new CommandException($"{name} has no values: it is on the meta device");
        }
        if (Output is not null)
        {
            WriteNumpy(console, tensor, Output, cancellationToken);
        }
        else if (Stats || Json)
        {
            TensorStatistics statistics = TransferDisplay.Run(
                console,
                "reading",
                tensor.ByteCount,
                counter =>
                    counter.Count(
                        tensor.ByteCount,
                        progress => tensor.ComputeStatistics(Bins, progress, cancellationToken)
                    )
            );
            if (Json)
            {
                WriteJson(console, name, tensor, statistics, cancellationToken);
            }
            else
            {
                WriteStatistics(console, name, tensor, statistics);
            }
        }
        else
        {
            int width = console.IsTerminal ? console.Width : TorchLineWidth;
            console.Out.WriteLine(TensorText.Format(tensor, width, Full));
        }
        return ExitCode.Yes;
    }

    private static void WriteNumpy(
        ICommandConsole console,
        TensorView tensor,
        string path,
        CancellationToken cancellationToken
    )
    {
        string? notice = Refusal.Translate(
            path,
            () => OutputFile.Access(path, () => NpyWriter.Write(path, tensor, progress: null, cancellationToken))
        );
        if (notice is not null)
        {
            console.Error.WriteLine($"pth: {notice}");
        }
    }
}
