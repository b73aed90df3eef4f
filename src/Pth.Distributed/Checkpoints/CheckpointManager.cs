using Pth.Distributed.Checkpoints;

namespace Pth.Distributed;

/// <summary>
/// A folder of checkpoints of one training: <c>step-N.pth</c>, of which the last and the best are kept, with <c>latest</c>, a text file that has
/// the name of the last one. Every file is whole at any moment, so that a training that was killed goes on from <see cref="Latest"/>.
/// </summary>
/// <remarks>
/// With a group, all ranks make one and call the same methods; rank 0 alone touches the folder, the others wait for it, and an error of rank 0
/// is thrown on all. A second job on the same folder is refused for as long as the first one lives.
/// </remarks>
public sealed class CheckpointManager : IDisposable
{
    private readonly CheckpointManagerOptions _options;
    private readonly ProcessGroup _group;
    private readonly bool _ownsGroup;
    private readonly PendingWrite _pending = new();
    private CheckpointFolder? _files;

    /// <summary>Opens a folder, and makes it where there is none.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="options">What is kept; null for the defaults.</param>
    /// <param name="group">The ranks that train together; null for this process alone. It stays open.</param>
    /// <exception cref="RankZeroException">The folder cannot be written, or another job is at work in it.</exception>
    public CheckpointManager(string folder, CheckpointManagerOptions? options = null, ProcessGroup? group = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        Folder = Path.GetFullPath(folder);
        _options = options ?? new CheckpointManagerOptions();
        _ownsGroup = group is null;
        _group = group ?? ProcessGroup.Alone();
        RankZero.Run(_group, () => _files = new CheckpointFolder(Folder));
        Checkpoints = Tell();
    }

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>What is in the folder, in the order of saving, as of the last call on all ranks.</summary>
    public IReadOnlyList<KeptCheckpoint> Checkpoints { get; private set; }

    /// <summary>The one that was saved last; null in an empty folder.</summary>
    public KeptCheckpoint? Latest => Checkpoints.Count > 0 ? Checkpoints[^1] : null;

    /// <summary>The one with the best metric; null where none has one.</summary>
    public KeptCheckpoint? Best => CheckpointFolder.Best(Checkpoints, _options).FirstOrDefault();

    /// <summary>Saves a checkpoint, and deletes those that are no longer kept. On all ranks it is there when this returns.</summary>
    /// <param name="step">The step of the training. One that was saved before is replaced.</param>
    /// <param name="content">Makes what is saved. Called on rank 0 only.</param>
    /// <param name="metric">What the checkpoint is judged by. NaN is never the best.</param>
    /// <exception cref="RankZeroException">It could not be saved; or the one before, that was saved in the background.</exception>
    public void Save(long step, Func<PyValue> content, double? metric = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        ArgumentNullException.ThrowIfNull(content);
        RankZero.Run(
            _group,
            () =>
            {
                _pending.Complete();
                CheckpointFolder files = Files();
                files.Announce(step, metric);
                Checkpoint.Save(CheckpointFolder.PathOf(Folder, step), content(), _options.Write);
                files.Add(step, metric, _options);
            }
        );
        Checkpoints = Tell();
    }

    /// <summary>
    /// Saves a checkpoint in the background: returns when all is copied, and the parameters may change. One is written at a time; a second call
    /// waits for the first. <see cref="Checkpoints"/> has it after the next call; an error of the writing comes out of that one too, or of
    /// <see cref="Complete"/>, on all ranks.
    /// </summary>
    /// <param name="step">The step of the training. One that was saved before is replaced.</param>
    /// <param name="content">Makes what is saved. Called on rank 0 only.</param>
    /// <param name="metric">What the checkpoint is judged by. NaN is never the best.</param>
    /// <returns>On rank 0, is complete when the file is whole; on the others it is at once.</returns>
    /// <exception cref="RankZeroException">The one before could not be saved, or this one not be copied.</exception>
    public Task SaveAsync(long step, Func<PyValue> content, double? metric = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        ArgumentNullException.ThrowIfNull(content);
        RankZero.Run(_group, () => _pending.Start(() => Write(step, content, metric)));
        Checkpoints = Tell();
        return _pending.Task;
    }

    /// <summary>Waits for the checkpoint that is being written in the background.</summary>
    /// <exception cref="RankZeroException">It could not be saved.</exception>
    public void Complete()
    {
        RankZero.Run(_group, _pending.Complete);
        Checkpoints = Tell();
    }

    /// <summary>Waits for what is being written, and leaves the folder to others. Errors of the last save come from <see cref="Complete"/> alone.</summary>
    public void Dispose()
    {
        try
        {
            _pending.Complete();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or OperationCanceledException)
        {
            // Who wants to know calls Complete first.
        }
        _files?.Dispose();
        _files = null;
        if (_ownsGroup)
        {
            _group.Dispose();
        }
    }

    private Task Write(long step, Func<PyValue> content, double? metric)
    {
        CheckpointFolder files = Files();
        files.Announce(step, metric);
        Task saved = Checkpoint.SaveAsync(CheckpointFolder.PathOf(Folder, step), content(), _options.Write);
        return Finish(saved, files, step, metric);
    }

    private async Task Finish(Task saved, CheckpointFolder files, long step, double? metric)
    {
        await saved.ConfigureAwait(false);
        files.Add(step, metric, _options);
    }

    private CheckpointFolder Files()
    {
        ObjectDisposedException.ThrowIf(_files is null, this);
        return _files;
    }

    /// <summary>What rank 0 sees is what all see: a folder of a network may look different from each.</summary>
    private IReadOnlyList<KeptCheckpoint> Tell() =>
        CheckpointFolder.Parse(Folder, RankZero.Tell(_group, () => CheckpointFolder.Describe(Files().Kept)));
}
