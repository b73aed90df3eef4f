using Pth.Bytes;

namespace Pth;

// From a file that is damaged.
public sealed partial class Checkpoint
{
    /// <summary>
    /// Takes every tensor that is whole out of a file that was cut anywhere after what describes its tensors (<c>data.pkl</c>, the header),
    /// that has lost its central directory, or in which bytes were changed. For what <c>torch.save</c> writes, in both formats, and safetensors.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="options">How to read; null for the defaults.</param>
    /// <returns>The tensors that are whole and what holds them, and those that are lost, each with the reason.</returns>
    /// <exception cref="CheckpointException">Nothing can be done: what describes the tensors is not there or is damaged, or it is another kind of file.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static Recovery Recover(string path, ReadOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= ReadOptions.Default;
        return Recovery.Open(FileSource.Open(path, options.CancellationToken), options);
    }
}
