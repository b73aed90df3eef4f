using Pth.Distributed.Checkpoints;
using Pth.Torch;

namespace Pth.Distributed;

// Files that do not show how many trained.
public partial class DistributedDataParallel<TInput, TResult>
{
    private readonly PendingWrite _pending = new();

    /// <summary>
    /// Saves the wrapped module, under the plain network's names. To be called on all ranks: rank 0 writes, and no rank returns before the file is
    /// there.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="options">What is saved and how; null for the state dict alone.</param>
    /// <exception cref="RankZeroException">It could not be saved; on all ranks.</exception>
    /// <exception cref="ProcessGroupException">The ranks could not speak with each other.</exception>
    public void SaveCheckpoint(string path, DistributedSaveOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= DistributedSaveOptions.Default;
        RankZero.Run(
            Group,
            () =>
            {
                _pending.Complete();
                Checkpoint.Save(path, options.ContentOf(this, _module), options.Write);
            }
        );
    }

    /// <summary>
    /// Saves as <see cref="SaveCheckpoint"/> does, behind the training: returns when rank 0 has copied what it writes. One file is written at a time;
    /// a second call waits for the first. What goes wrong with the writing comes out of the next save or of <see cref="CompleteCheckpoint"/>, on all
    /// ranks.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="options">What is saved and how; null for the state dict alone.</param>
    /// <returns>On rank 0, is complete when the file is whole; on the others it is at once.</returns>
    /// <exception cref="RankZeroException">The one before could not be saved, or this one not be copied; on all ranks.</exception>
    /// <exception cref="ProcessGroupException">The ranks could not speak with each other.</exception>
    public Task SaveCheckpointAsync(string path, DistributedSaveOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= DistributedSaveOptions.Default;
        RankZero.Run(
            Group,
            () => _pending.Start(() => Checkpoint.SaveAsync(path, options.ContentOf(this, _module), options.Write))
        );
        return _pending.Task;
    }

    /// <summary>Waits for the file that is being written. To be called on all ranks.</summary>
    /// <exception cref="RankZeroException">It could not be saved; on all ranks.</exception>
    /// <exception cref="ProcessGroupException">The ranks could not speak with each other.</exception>
    public void CompleteCheckpoint() => RankZero.Run(Group, _pending.Complete);

    /// <summary>
    /// Loads a file into the wrapped module, whether its names begin with <c>module.</c> or not. To be called on all ranks; each reads the file.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="options">How; <see cref="LoadStateDictOptions.Unwrap"/> is always on. Null for the defaults.</param>
    /// <returns>The names that had no counterpart.</returns>
    /// <exception cref="LoadStateDictException">It does not fit.</exception>
    /// <exception cref="CheckpointException">The content is not what its format says, or there is no state dict in it.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public LoadResult LoadCheckpoint(string path, LoadStateDictOptions? options = null) =>
        _module.LoadCheckpoint(path, (options ?? LoadStateDictOptions.Default) with { Unwrap = true });
}
