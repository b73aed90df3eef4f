using Pth.Errors;
using Pth.StateDicts;

namespace Pth;

/// <summary>What kind of checkpoint it is, and what it holds beside the network's tensors.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Description">A line about it for people: <c>Lightning checkpoint 2.1.0, state dict under state_dict</c></param>
/// <param name="StateDict">Where the state dict is; null where there is none, or no telling which.</param>
/// <param name="Rest">Everything else, in the order of the file.</param>
public sealed record CheckpointLayout(
    CheckpointLayoutKind Kind,
    string Description,
    StateDictLocation? StateDict,
    IReadOnlyList<CheckpointFact> Rest
)
{
    /// <summary>Looks at what a checkpoint holds.</summary>
    public static CheckpointLayout Of(PyValue root)
    {
        StateDictLocation? location = StateDictFinder.TryFind(root, ReadLimits.Default, default);
        (CheckpointLayoutKind kind, string what) = LayoutDetector.Detect(root, location);
        string where =
            location is null || location.Path == TensorPaths.RootName ? ""
            : location.IsModule ? $", whole pickled module under {location.Path}"
            : $", state dict under {location.Path}";
        return new CheckpointLayout(kind, what + where, location, CheckpointFacts.Beside(root, location));
    }
}
