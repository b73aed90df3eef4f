using System.Collections.Immutable;

namespace Pth.Torch;

/// <summary>A tensor of a module, and what a checkpoint has for it; or one of the checkpoint that the module has no place for.</summary>
public sealed record DissectedTensor
{
    /// <summary>How the two go together.</summary>
    public required TensorFit Fit { get; init; }

    /// <summary>The name in the module's state dict; for <see cref="TensorFit.NotUsed"/> the name that it would have there.</summary>
    public required string Name { get; init; }

    /// <summary>The name in the checkpoint, with its wrapper prefixes; null when <see cref="TensorFit.Missing"/>.</summary>
    public string? Key { get; init; }

    /// <summary>The shape in the module; null for <see cref="TensorFit.NotUsed"/>.</summary>
    public ImmutableArray<long>? Shape { get; init; }

    /// <summary>The shape in the checkpoint; null when <see cref="TensorFit.Missing"/>.</summary>
    public ImmutableArray<long>? FoundShape { get; init; }

    /// <summary>The element type in the module, by PyTorch's name: <c>float32</c>; null for <see cref="TensorFit.NotUsed"/>.</summary>
    public string? DType { get; init; }

    /// <summary>The element type in the checkpoint; null when <see cref="TensorFit.Missing"/>.</summary>
    public string? FoundDType { get; init; }

    /// <summary>For a missing one: names of the checkpoint that nothing uses and that are near, the nearest first.</summary>
    public ImmutableArray<string> Near { get; init; } = [];

    /// <summary>The part of <see cref="Name"/> below the module at whose line it stands.</summary>
    internal string LocalName { get; init; } = "";

    /// <summary>As it stands in the line of its module.</summary>
    public override string ToString()
    {
        string text = $"{LocalName} {ShapeText(Fit == TensorFit.NotUsed ? FoundShape : Shape)}";
        text += Fit switch
        {
            TensorFit.OtherShape => $" (in the checkpoint {ShapeText(FoundShape)})",
            TensorFit.Missing when Near.Length > 0 => $" (the checkpoint has {string.Join(", ", Near)})",
            TensorFit.Match when DType != FoundDType => $" (in the checkpoint {FoundDType})",
            _ => "",
        };
        return text;
    }

    private static string ShapeText(ImmutableArray<long>? shape) => $"[{string.Join(", ", shape ?? [])}]";
}
