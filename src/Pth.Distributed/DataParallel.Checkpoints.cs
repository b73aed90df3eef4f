using Pth.Torch;

namespace Pth.Distributed;

// Files that do not show on how many devices it ran.
public sealed partial class DataParallel
{
    /// <summary>Saves the wrapped module, under the plain network's names.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">What is saved and how; null for the state dict alone.</param>
    /// <returns>What was written.</returns>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public SaveSummary SaveCheckpoint(string path, DistributedSaveOptions? options = null)
    {
        options ??= DistributedSaveOptions.Default;
        return Checkpoint.Save(path, options.ContentOf(this, _module), options.Write);
    }

    /// <summary>Loads a file into the wrapped module, whether its names begin with <c>module.</c> or not.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">How; <see cref="LoadStateDictOptions.Unwrap"/> is always on. Null for the defaults.</param>
    /// <returns>The names that had no counterpart.</returns>
    /// <exception cref="LoadStateDictException">It does not fit.</exception>
    /// <exception cref="CheckpointException">The content is not what its format says, or there is no state dict in it.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public LoadResult LoadCheckpoint(string path, LoadStateDictOptions? options = null) =>
        _module.LoadCheckpoint(path, (options ?? LoadStateDictOptions.Default) with { Unwrap = true });
}
