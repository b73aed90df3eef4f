using System.Collections.Immutable;

namespace Pth.StateDicts;

/// <summary>All that a state dict shows of a module.</summary>
internal sealed class LayerEvidence
{
    public required string Name { get; init; }

    public required string ParentName { get; init; }

    public required ModuleTensor[] Tensors { get; init; }

    public required IReadOnlyList<ModuleNode> Children { get; init; }

    /// <summary>Whether it is the network itself or a wrapper around it.</summary>
    public bool IsRoot { get; init; }

    /// <summary>The version in the metadata: 2 for the batch and instance norms, 1 for nearly all others.</summary>
    public long? Version { get; init; }

    /// <summary>The convolution or linear layer that stands last before it in the same parent.</summary>
    public LayerGuess? Before { get; init; }

    /// <summary>The convolution that stands last before it anywhere.</summary>
    public LayerGuess? LastConvolution { get; init; }

    /// <summary>The name that a person gave, in lower case: a number says less than what it is numbered in.</summary>
    public string Hint => field ??= (ModuleNumbers.TryParse(Name, out _) ? ParentName : Name).ToLowerInvariant();

    public bool Has(string name) => ShapeOf(name) is not null;

    public ImmutableArray<long>? ShapeOf(string name)
    {
        foreach (ModuleTensor tensor in Tensors)
        {
            if (tensor.Name == name)
            {
                return tensor.Tensor.Shape;
            }
        }
        return null;
    }

    /// <summary>Whether the module has these tensors, all of them and no others but the optional ones.</summary>
    public bool HasOnly(ReadOnlySpan<string> required, params ReadOnlySpan<string> optional)
    {
        // Names in a module are all different.
        int met = 0;
        foreach (ModuleTensor tensor in Tensors)
        {
            if (required.Contains(tensor.Name))
            {
                met++;
            }
            else if (!optional.Contains(tensor.Name))
            {
                return false;
            }
        }
        return met == required.Length;
    }
}
