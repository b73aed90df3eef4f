using System.Collections.Immutable;

namespace Pth.Torch;

/// <summary>A module of a <see cref="ModuleSummary"/>.</summary>
public sealed record SummaryRow
{
    /// <summary>How deep it stands; 0 for the root.</summary>
    public required int Depth { get; init; }

    /// <summary>Its path from the root, empty for the root itself.</summary>
    public required string Path { get; init; }

    /// <summary>Its class, as Python calls it: <c>Conv2d</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Whether it has no children: only such a layer counts for multiply-adds and memory.</summary>
    public required bool IsLeaf { get; init; }

    /// <summary>The shapes of what it gave when it was first called; empty when it was not called, or lies in native code.</summary>
    public ImmutableArray<ImmutableArray<long>> OutputShapes { get; init; } = [];

    /// <summary>The elements of its own parameters, without those of its children. A tied parameter counts where it is first met.</summary>
    public long Parameters { get; init; }

    /// <summary>Its multiply-adds over all calls; null for a layer with parameters that was not seen, and for a module with children.</summary>
    public long? MultiplyAdds { get; init; }

    /// <summary>The bytes of what it gave over all calls.</summary>
    public long OutputBytes { get; init; }

    /// <summary>How often it was called.</summary>
    public int Calls { get; init; }
}
