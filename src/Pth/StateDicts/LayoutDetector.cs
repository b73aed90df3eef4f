namespace Pth.StateDicts;

/// <summary>Knows the checkpoints of well-known training scripts by their keys.</summary>
internal static class LayoutDetector
{
    // Keys that a layout has, all of them; the first that fits counts. The sources are the scripts that write them.
    private static readonly (CheckpointLayoutKind Kind, string Name, string[] Keys)[] Known =
    [
        (CheckpointLayoutKind.Lightning, "Lightning checkpoint", ["pytorch-lightning_version"]),
        (CheckpointLayoutKind.Ultralytics, "Ultralytics checkpoint", ["model", "ema", "updates"]),
        (CheckpointLayoutKind.Ultralytics, "Ultralytics checkpoint", ["model", "train_args"]),
        (CheckpointLayoutKind.Timm, "timm checkpoint", ["arch", "state_dict", "version", "args"]),
        (CheckpointLayoutKind.Whisper, "Whisper checkpoint", ["dims", "model_state_dict"]),
        (CheckpointLayoutKind.NanoGpt, "nanoGPT checkpoint", ["model", "model_args", "iter_num"]),
    ];

    public static (CheckpointLayoutKind Kind, string Description) Detect(PyValue root, StateDictLocation? location)
    {
        if (root is PyTensor)
        {
            return (CheckpointLayoutKind.Tensor, $"lone {root.Describe()}");
        }
        if (ModuleObject.TryRead(root) is { } module)
        {
            return (CheckpointLayoutKind.Module, $"whole pickled module {module.Class?.FullName}".TrimEnd());
        }
        if (StateDictFinder.MappingOf(root) is { } mapping)
        {
            foreach ((CheckpointLayoutKind kind, string name, string[] keys) in Known)
            {
                if (keys.All(key => mapping.TryGetValue(key, out _)))
                {
                    return (kind, name + Version(mapping));
                }
            }
            if (location is not null)
            {
                return location.Path == TensorPaths.RootName
                    ? (CheckpointLayoutKind.StateDict, "state dict")
                    : (CheckpointLayoutKind.Training, "training checkpoint");
            }
            if (CheckpointFacts.IsOptimizer(mapping))
            {
                return (CheckpointLayoutKind.Optimizer, CheckpointFacts.Describe(mapping));
            }
        }
        return Unnamed(root, location);
    }

    private static (CheckpointLayoutKind Kind, string Description) Unnamed(PyValue root, StateDictLocation? location)
    {
        if (location is not null)
        {
            return (CheckpointLayoutKind.Training, root.Describe());
        }
        string[] several = [.. StateDictFinder.CandidatePaths(root)];
        if (several.Length > 1)
        {
            return (
                CheckpointLayoutKind.SeveralStateDicts,
                $"{several.Length} state dicts: {CheckpointFacts.List(several)}"
            );
        }
        if (!TensorReach.Find(root).Reaches(root))
        {
            return (CheckpointLayoutKind.NoTensors, $"{root.Describe()} without tensors");
        }
        return (root is PyList or PyTuple ? CheckpointLayoutKind.List : CheckpointLayoutKind.Other, root.Describe());
    }

    private static string Version(PyDict mapping) =>
        mapping.TryGetValue("pytorch-lightning_version", out PyValue? version) && version is PyString text
            ? " " + text.Value
            : "";
}
