namespace Pth.Torch.Optimizers;

/// <summary>What people call the parts of a checkpoint of training. Of a list, as Lightning has, the only item.</summary>
internal static class TrainingKeys
{
    public static IReadOnlyList<string> Optimizer { get; } =
    ["optimizer_state_dict", "optimizer", "optim", "optimizer_states"];

    public static IReadOnlyList<string> Scheduler { get; } =
    ["scheduler_state_dict", "lr_scheduler_state_dict", "scheduler", "lr_scheduler", "lr_schedulers"];

    /// <exception cref="OptimizerStateException">The file has none of the names.</exception>
    public static PyValue Find(Checkpoint checkpoint, IReadOnlyList<string> names, string what)
    {
        PyDict root = checkpoint.Root as PyDict ?? [];
        string name =
            names.FirstOrDefault(one => root.ContainsKey(new PyString(one)))
            ?? throw new OptimizerStateException(
                $"found no state of {what} in '{checkpoint.Name}', expected it as '{string.Join("', '", names)}'"
            );
        PyValue found = root[name];
        return found is PyList { Count: 1 } list ? list[0] : found;
    }

    public static long? Epoch(Checkpoint checkpoint) =>
        checkpoint.Root is PyDict root
        && root.TryGetValue("epoch", out PyValue? epoch)
        && epoch is PyInt number
        && number.TryGetInt64(out long value)
            ? value
            : null;
}
