using Pth.Cli.Console;
using Pth.Cli.Output;

namespace Pth.Cli.Commands;

/// <summary>Compares the tensors of two files.</summary>
internal sealed partial class DiffCommand : ICommand
{
    public const string Schema = "pth.diff/1";

    public required string Left { get; init; }

    public required string Right { get; init; }

    public double Rtol { get; init; }

    public double Atol { get; init; }

    public bool NamesOnly { get; init; }

    /// <summary>Whether only the state dicts are compared, wherever in the files they are.</summary>
    public bool StateDicts { get; init; }

    /// <summary>Whether the names that wrappers add are taken off the state dicts first.</summary>
    public bool Unwrap { get; init; }

    /// <summary>Beginnings of names in the first file, and what stands there in the second.</summary>
    public IReadOnlyList<(string From, string To)> Map { get; init; } = [];

    /// <summary>How much a file may ask for.</summary>
    public ReadLimits Limits { get; init; } = ReadLimits.Default;

    public bool Json { get; init; }

    public int Run(ICommandConsole console, CancellationToken cancellationToken)
    {
        using Checkpoint left = CheckpointFile.Open(Left, Limits, cancellationToken);
        using Checkpoint right = CheckpointFile.Open(Right, Limits, cancellationToken);
        StateDict leftTensors = MapNames(Collect(left));
        StateDict rightTensors = Collect(right);
        StateDictComparison comparison = TransferDisplay.Run(
            console,
            "comparing",
            leftTensors.Values.Sum(tensor => tensor.ByteCount) + rightTensors.Values.Sum(tensor => tensor.ByteCount),
            counter =>
                StateDictComparison.Compare(
                    leftTensors,
                    rightTensors,
                    new StateDictComparisonOptions
                    {
                        StructureOnly = NamesOnly,
                        Values = new ComparisonOptions { Rtol = Rtol, Atol = Atol },
                        Progress = counter.Whole,
                        CancellationToken = cancellationToken,
                    }
                )
        );
        if (Json)
        {
            WriteJson(console, comparison);
        }
        else
        {
            WriteText(console, comparison);
        }
        return comparison.IsEqual ? ExitCode.Yes : ExitCode.No;
    }

    /// <summary>The tensors to compare: every one of the file under its path, or those of the state dict under their keys.</summary>
    private StateDict Collect(Checkpoint checkpoint)
    {
        if (StateDicts || Unwrap)
        {
            return Unwrap ? Refusal.Translate(checkpoint.Name, checkpoint.StateDict.Unwrap) : checkpoint.StateDict;
        }
        var all = new StateDict();
        foreach (NamedTensor named in checkpoint.Tensors)
        {
            all[named.Name] = named.Tensor;
        }
        return all;
    }

    private StateDict MapNames(StateDict state)
    {
        if (Map.Count == 0)
        {
            return state;
        }
        var mapped = new StateDict();
        foreach ((string name, TensorView tensor) in state)
        {
            string target = MapName(name);
            if (mapped.ContainsKey(target))
            {
                throw new CommandException($"{Left}: --map gives two tensors the name {target}");
            }
            mapped.Add(target, tensor);
        }
        return mapped;
    }

    private string MapName(string name)
    {
        foreach ((string from, string to) in Map)
        {
            if (name.StartsWith(from, StringComparison.Ordinal))
            {
                return to + name[from.Length..];
            }
        }
        return name;
    }
}
