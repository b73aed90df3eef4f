using Pth.Bytes;
using Pth.Formats;

namespace Pth;

// In the background, from a copy.
public sealed partial class Checkpoint
{
    /// <summary>
    /// Saves as <see cref="Save(string, PyValue, WriteOptions)"/> does, in the background: when this method returns, all that is saved has been
    /// copied, and tensors may change, as by the next training step. The copy is as large as the file and lies in memory until it is written.
    /// </summary>
    /// <param name="path">The file; its name, up to the last dot, becomes the archive's unless the options name it.</param>
    /// <param name="root">What to save.</param>
    /// <param name="options">How to write; null for the defaults.</param>
    /// <returns>Is complete when the file is whole, or has what went wrong with it.</returns>
    /// <exception cref="ArgumentException">The file name has nothing before its dot, or the options do not go together.</exception>
    /// <exception cref="InvalidOperationException">A tensor cannot be saved in this format or profile.</exception>
    /// <exception cref="CheckpointException">A storage that comes from a file does not have the checksum recorded there.</exception>
    /// <exception cref="ObjectDisposedException">A tensor comes from a checkpoint that is closed.</exception>
    /// <exception cref="IOException">The file cannot be written; from the task.</exception>
    public static Task<SaveSummary> SaveAsync(string path, PyValue root, WriteOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(root);
        options ??= WriteOptions.Default;
        // Relative to the folder of now.
        string target = Path.GetFullPath(path);
        MemorySink? copy = null;
        SaveSummary summary = Containers
            .WriterOf(options.Format)
            .Save(root, path, options with { Progress = null }, length => copy = new MemorySink(length));
        return Task.Run(() =>
        {
            copy!.MoveTo(
                length => ByteSink.Create(target, length, options.Durability),
                options.Progress,
                options.CancellationToken
            );
            return summary;
        });
    }

    /// <inheritdoc cref="SaveAsync(string, PyValue, WriteOptions)" />
    /// <param name="path">The file; its name, up to the last dot, becomes the archive's unless the options name it.</param>
    /// <param name="state">The state dict.</param>
    /// <param name="options">How to write; null for the defaults.</param>
    public static Task<SaveSummary> SaveAsync(string path, StateDict state, WriteOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(state);
        return SaveAsync(path, state.ToPython(), options);
    }
}
