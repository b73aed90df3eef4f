using Pth.Formats.Sharded;

namespace Pth;

// To several files, as Hugging Face does.
public sealed partial class Checkpoint
{
    /// <summary>
    /// Saves tensors in files of limited size with an index beside them, as <c>huggingface_hub</c> does: <c>model-00001-of-00002.safetensors</c>
    /// and <c>model.safetensors.index.json</c>, or <c>pytorch_model-…</c> in PyTorch's zip format. One file that is enough has no number and
    /// no index. All files are written before the first gets its name; those of an earlier save that have other names are removed then.
    /// </summary>
    /// <param name="folder">Where to; it is made where it is not there.</param>
    /// <param name="root">What to save: its state dict where it has one, else all its tensors.</param>
    /// <param name="maxShardSize">The most bytes of tensors in a file (see <see cref="ShardSize"/>). A tensor that is larger gets one for itself.</param>
    /// <param name="options">
    /// How to write: <see cref="ContainerFormat.SafeTensors"/>, which is meant when this is null, or <see cref="ContainerFormat.TorchZip"/>.
    /// </param>
    /// <exception cref="ArgumentException">The size is not positive, or the format is another.</exception>
    /// <exception cref="InvalidOperationException">The format cannot hold all of it: the message lists what.</exception>
    /// <exception cref="CheckpointException">A storage that comes from a file does not have the checksum recorded there.</exception>
    /// <exception cref="ObjectDisposedException">A tensor comes from a checkpoint that is closed.</exception>
    /// <exception cref="IOException">A file cannot be written; also when the disk is full.</exception>
    public static ShardedSaveSummary SaveSharded(
        string folder,
        PyValue root,
        long maxShardSize = ShardSize.Default,
        WriteOptions? options = null
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(root);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxShardSize, 1);
        options ??= new WriteOptions { Format = ContainerFormat.SafeTensors };
        return ShardedWriter.Save(folder, root, maxShardSize, options);
    }

    /// <inheritdoc cref="SaveSharded(string, PyValue, long, WriteOptions)" />
    /// <param name="folder">Where to; it is made where it is not there.</param>
    /// <param name="state">The state dict.</param>
    /// <param name="maxShardSize">The most bytes of tensors in a file (see <see cref="ShardSize"/>). A tensor that is larger gets one for itself.</param>
    /// <param name="options">
    /// How to write: <see cref="ContainerFormat.SafeTensors"/>, which is meant when this is null, or <see cref="ContainerFormat.TorchZip"/>.
    /// </param>
    public static ShardedSaveSummary SaveSharded(
        string folder,
        StateDict state,
        long maxShardSize = ShardSize.Default,
        WriteOptions? options = null
    )
    {
        ArgumentNullException.ThrowIfNull(state);
        return SaveSharded(folder, state.ToPython(), maxShardSize, options);
    }
}
