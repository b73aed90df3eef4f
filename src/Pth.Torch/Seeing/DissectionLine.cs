using System.Collections.Immutable;

namespace Pth.Torch;

/// <summary>A line of a dissected module.</summary>
public sealed record DissectionLine
{
    /// <summary>How deep it stands: two spaces each.</summary>
    public required int Depth { get; init; }

    /// <summary>The line as <c>Repr</c> prints it, without its indent: <c>(0): Linear(in_features=3, out_features=4, bias=True)</c>.</summary>
    public required string Text { get; init; }

    /// <summary>The path of the module that begins in this line, empty for the root; null in the lines that begin none.</summary>
    public string? Path { get; init; }

    /// <summary>The module's own tensors in the order of the state dict, and then what the checkpoint has for it that is not used.</summary>
    public ImmutableArray<DissectedTensor> Tensors { get; init; } = [];

    /// <summary>Whether it is a layer that has no parameters, buffers or children: an activation, a pooling, a dropout.</summary>
    public bool IsWithoutParameters { get; init; }

    /// <summary>What stands beside the text: each kind of fit with its tensors, or that there are none.</summary>
    public string Remark =>
        IsWithoutParameters
            ? "no parameters"
            : string.Join(
                "; ",
                Tensors
                    .GroupBy(tensor => tensor.Fit)
                    .OrderBy(group => group.Key)
                    .Select(group => $"{NameOf(group.Key)}: {string.Join(", ", group)}")
            );

    /// <summary>The line with its indent, and two spaces before the remark.</summary>
    public override string ToString()
    {
        string line = new string(' ', 2 * Depth) + Text;
        return Remark.Length == 0 ? line : $"{line}  {Remark}";
    }

    internal static string NameOf(TensorFit fit) =>
        fit switch
        {
            TensorFit.Match => "match",
            TensorFit.Missing => "missing",
            TensorFit.OtherShape => "other shape",
            _ => "not used",
        };
}
