using System.Text;

namespace Pth.Torch;

/// <summary>A module, and beside each of its layers what a checkpoint has for it.</summary>
public sealed class Dissection
{
    internal Dissection(IReadOnlyList<DissectionLine> lines, IReadOnlyList<WrapperUse> wrappers)
    {
        Lines = lines;
        Wrappers = wrappers;
        Tensors = [.. lines.SelectMany(line => line.Tensors)];
    }

    /// <summary>The lines, in the order in which they are printed.</summary>
    public IReadOnlyList<DissectionLine> Lines { get; }

    /// <summary>The wrappers whose prefixes are in the checkpoint's names. They are left off before the names are compared.</summary>
    public IReadOnlyList<WrapperUse> Wrappers { get; }

    /// <summary>All tensors of all lines.</summary>
    public IReadOnlyList<DissectedTensor> Tensors { get; }

    /// <summary>Whether a strict load works, when wrapper prefixes are left off.</summary>
    public bool IsComplete => Tensors.All(tensor => tensor.Fit == TensorFit.Match);

    /// <summary>How many tensors go together in this way.</summary>
    public int Count(TensorFit fit) => Tensors.Count(tensor => tensor.Fit == fit);

    /// <summary>The wrappers, the tree, and the counts, with <c>\n</c> between lines and none at the end.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (WrapperUse wrapper in Wrappers)
        {
            string names = wrapper.IsOnEvery ? $"all {wrapper.Count}" : $"{wrapper.Count} of {wrapper.Total}";
            text.Append(
                $"{names} keys of the checkpoint have {wrapper.Prefix}, which {wrapper.Writer} adds: left off here\n"
            );
        }
        foreach (DissectionLine line in Lines)
        {
            text.Append(line).Append('\n');
        }
        return text.AppendJoin(
                ", ",
                Enum.GetValues<TensorFit>()
                    .Where(fit => fit == TensorFit.Match || Count(fit) > 0)
                    .Select(fit => $"{Count(fit)} {DissectionLine.NameOf(fit)}")
            )
            .ToString();
    }
}
