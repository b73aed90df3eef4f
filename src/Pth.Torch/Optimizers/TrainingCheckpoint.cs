using Pth.Torch.Loading;
using Pth.Torch.Optimizers;
using TorchSharp;
using LRScheduler = TorchSharp.torch.optim.lr_scheduler.LRScheduler;
using Optimizer = TorchSharp.torch.optim.Optimizer;

namespace Pth.Torch;

/// <summary>
/// A checkpoint to go on training from: <c>{'epoch': ..., 'model_state_dict': ..., 'optimizer_state_dict': ..., 'scheduler_state_dict': ...}</c>,
/// as PyTorch's own tutorial saves it.
/// </summary>
public static class TrainingCheckpoint
{
    /// <summary>Saves all that training needs to go on, in PyTorch or here.</summary>
    /// <param name="path">The file; it appears whole or not at all.</param>
    /// <param name="epoch">The last epoch that is done.</param>
    /// <param name="module">What is trained.</param>
    /// <param name="optimizer">What trains it.</param>
    /// <param name="scheduler">What moves its learning rates; null for none.</param>
    /// <param name="more">Further entries, such as the loss; null for none.</param>
    /// <param name="options">How to write, and for which PyTorch; null for the defaults.</param>
    /// <returns>What was written.</returns>
    /// <exception cref="ArgumentException">A further entry has a name that is taken.</exception>
    /// <exception cref="NotSupportedException">PyTorch has no such state, or would go on otherwise: see <see cref="OptimizerExtensions"/> and <see cref="SchedulerExtensions"/>.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static SaveSummary Save(
        string path,
        long epoch,
        torch.nn.Module module,
        Optimizer optimizer,
        LRScheduler? scheduler = null,
        PyDict? more = null,
        WriteOptions? options = null
    )
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(optimizer);
        var layout = new OptimizerSaveOptions
        {
            Profile = (options ?? WriteOptions.Default).Profile,
            Scheduler = scheduler,
            // A scheduler that is made with last_epoch asks for it.
            InitialLearningRate = scheduler is null ? null : true,
        };
        var root = new PyDict
        {
            ["epoch"] = epoch,
            ["model_state_dict"] = module.ToStateDict().ToPython(),
            ["optimizer_state_dict"] = optimizer.ToStateDict(layout),
        };
        if (scheduler is not null)
        {
            root["scheduler_state_dict"] = scheduler.ToStateDict(layout);
        }
        foreach ((PyValue key, PyValue value) in more ?? [])
        {
            root.Add(key, value);
        }
        SaveSummary summary = Checkpoint.Save(path, root, options);
        // What is written is the module's own memory.
        GC.KeepAlive(module);
        return summary;
    }

    /// <summary>Takes up training where it was saved, in PyTorch or here. Make the module, the optimizer and the scheduler first, as for a new start.</summary>
    /// <param name="path">The file.</param>
    /// <param name="module">Gets the state dict of the file (<see cref="Checkpoint.StateDict"/>).</param>
    /// <param name="optimizer">
    /// Gets what the file has as <c>optimizer_state_dict</c>, <c>optimizer</c>, <c>optim</c>, or alone in <c>optimizer_states</c>.
    /// </param>
    /// <param name="scheduler">
    /// Gets what the file has as <c>scheduler_state_dict</c>, <c>lr_scheduler_state_dict</c>, <c>scheduler</c>, <c>lr_scheduler</c>, or alone in
    /// <c>lr_schedulers</c>. Null for none.
    /// </param>
    /// <param name="options">How to load the module; null for the defaults.</param>
    /// <returns>The epoch that the file gives, and the names that had no counterpart in the module.</returns>
    /// <remarks>
    /// All three are read and checked before any of them is changed: where one does not fit, all are as they were. Only a fault of the disk or a
    /// cancellation in the middle leaves some of the module's tensors new and some old, and the optimizer and the scheduler as they were.
    /// </remarks>
    /// <exception cref="OptimizerStateException">The file has no such state, or one that does not fit.</exception>
    /// <exception cref="LoadStateDictException">The module's does not fit.</exception>
    /// <exception cref="NotSupportedException">TorchSharp would go on otherwise.</exception>
    /// <exception cref="CheckpointException">The content is not what its format says.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static ResumedTraining Load(
        string path,
        torch.nn.Module module,
        Optimizer optimizer,
        LRScheduler? scheduler = null,
        LoadStateDictOptions? options = null
    )
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(optimizer);
        TorchRuntime.EnsureLoaded();
        using var checkpoint = Checkpoint.Open(path, (options ?? LoadStateDictOptions.Default).Read);
        using var reading = new StateReading();
        IReadOnlyList<Action> optimizerState = OptimizerLoader.Read(
            optimizer,
            TrainingKeys.Find(checkpoint, TrainingKeys.Optimizer, "an optimizer"),
            OptimizerLoadOptions.Default,
            reading
        );
        IReadOnlyList<Action> schedulerState = scheduler is null
            ? []
            : SchedulerExtensions.Prepare(
                scheduler,
                TrainingKeys.Find(checkpoint, TrainingKeys.Scheduler, "a scheduler"),
                OptimizerLoadOptions.Default
            );
        using PreparedLoad moduleState = StateDictLoader.Prepare(
            module,
            checkpoint.StateDict,
            options ?? LoadStateDictOptions.Default
        );

        moduleState.Apply();
        foreach (Action change in optimizerState.Concat(schedulerState))
        {
            change();
        }
        return new ResumedTraining(TrainingKeys.Epoch(checkpoint), moduleState.Result);
    }
}
