using Pth.Bytes;
using Pth.Formats;

namespace Pth;

// To a file or a stream, as torch.save does.
public sealed partial class Checkpoint
{
    /// <summary>
    /// Saves an object as <c>torch.save</c> does, byte for byte. The file appears whole or not at all: it is written beside its target and
    /// renamed, and a file that was there before stays until then.
    /// </summary>
    /// <param name="path">The file; its name, up to the last dot, becomes the archive's unless the options name it.</param>
    /// <param name="root">What to save: values that were read, changed or not, or made here.</param>
    /// <param name="options">How to write; null for the defaults.</param>
    /// <returns>What was written, and how much of it no tensor uses.</returns>
    /// <exception cref="ArgumentException">The file name has nothing before its dot, or the options do not go together.</exception>
    /// <exception cref="InvalidOperationException">A tensor cannot be saved in this format or profile, or two see one storage as different types.</exception>
    /// <exception cref="CheckpointException">A storage that comes from a file does not have the checksum recorded there.</exception>
    /// <exception cref="ObjectDisposedException">A tensor comes from a checkpoint that is closed.</exception>
    /// <exception cref="IOException">The file cannot be written; also when the disk is full.</exception>
    public static SaveSummary Save(string path, PyValue root, WriteOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(root);
        options ??= WriteOptions.Default;
        return Containers
            .WriterOf(options.Format)
            .Save(root, path, options, length => ByteSink.Create(path, length, options.Durability));
    }

    /// <inheritdoc cref="Save(string, PyValue, WriteOptions)" />
    /// <param name="path">The file; its name, up to the last dot, becomes the archive's unless the options name it.</param>
    /// <param name="state">The state dict.</param>
    /// <param name="options">How to write; null for the defaults.</param>
    public static SaveSummary Save(string path, StateDict state, WriteOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(state);
        return Save(path, state.ToPython(), options);
    }

    /// <summary>Saves an object to a stream, as <c>torch.save</c> does to a file object. The stream need not be seekable, and stays open.</summary>
    /// <param name="stream">Where the bytes go, from its position on.</param>
    /// <param name="root">What to save.</param>
    /// <param name="options">How to write; null for the defaults.</param>
    /// <returns>What was written, and how much of it no tensor uses.</returns>
    /// <exception cref="ArgumentException">The options do not go together.</exception>
    /// <exception cref="InvalidOperationException">A tensor cannot be saved in this format or profile, or two see one storage as different types.</exception>
    /// <exception cref="CheckpointException">A storage that comes from a file does not have the checksum recorded there.</exception>
    /// <exception cref="ObjectDisposedException">A tensor comes from a checkpoint that is closed.</exception>
    /// <exception cref="IOException">The stream cannot be written.</exception>
    public static SaveSummary Save(Stream stream, PyValue root, WriteOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(root);
        options ??= WriteOptions.Default;
        return Containers.WriterOf(options.Format).Save(root, path: null, options, _ => new StreamSink(stream));
    }

    /// <inheritdoc cref="Save(Stream, PyValue, WriteOptions)" />
    /// <param name="stream">Where the bytes go, from its position on.</param>
    /// <param name="state">The state dict.</param>
    /// <param name="options">How to write; null for the defaults.</param>
    public static SaveSummary Save(Stream stream, StateDict state, WriteOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(state);
        return Save(stream, state.ToPython(), options);
    }
}
