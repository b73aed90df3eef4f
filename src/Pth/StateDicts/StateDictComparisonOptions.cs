namespace Pth;

/// <summary>What of two state dicts is compared, and how.</summary>
public sealed record StateDictComparisonOptions
{
    /// <summary>When values count as close.</summary>
    public ComparisonOptions Values { get; init; } = ComparisonOptions.Default;

    /// <summary>Whether names, shapes and types alone are compared, and no element is read.</summary>
    public bool StructureOnly { get; init; }

    /// <summary>Renames that are applied to both sides before: <see cref="RenameRule.Unwrap"/> compares a wrapped network with a bare one.</summary>
    public IReadOnlyList<RenameRule> Map { get; init; } = [];

    /// <summary>Told of the bytes that are compared, of both sides together.</summary>
    public IProgress<TransferProgress>? Progress { get; init; }

    /// <summary>Stops the comparison.</summary>
    public CancellationToken CancellationToken { get; init; }
}
