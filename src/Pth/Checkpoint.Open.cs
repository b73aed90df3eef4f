using Pth.Bytes;
using Pth.Formats;

namespace Pth;

// From a file, a stream or memory.
public sealed partial class Checkpoint
{
    /// <summary>Opens a file and reads only its pickle; the file is mapped, and tensors touch it, when they are looked at.</summary>
    /// <param name="path">The file. It must not be changed in place while it is open; replacing it is fine.</param>
    /// <param name="options">How to read; null for the defaults.</param>
    /// <exception cref="CheckpointException">The content is not what its format says.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static Checkpoint Open(string path, ReadOptions? options = null) =>
        ReadPath(path, options ?? ReadOptions.Default, copies: false);

    /// <summary>Reads a stream into memory, from its position to its end, and opens that.</summary>
    /// <param name="stream">The stream; it stays open.</param>
    /// <param name="options">How to read; null for the defaults.</param>
    /// <exception cref="CheckpointException">The content is not what its format says.</exception>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    public static Checkpoint Open(Stream stream, ReadOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        options ??= ReadOptions.Default;
        return Read(StreamSource.ReadAll(stream, "<stream>", options.CancellationToken), options, copies: false);
    }

    /// <summary>Opens a checkpoint in memory, without a copy.</summary>
    /// <param name="data">The content of a file. It must not change.</param>
    /// <param name="options">How to read; null for the defaults.</param>
    /// <exception cref="CheckpointException">The content is not what its format says.</exception>
    public static Checkpoint Open(ReadOnlyMemory<byte> data, ReadOptions? options = null) =>
        Read(new MemorySource(data), options ?? ReadOptions.Default, copies: false);

    /// <summary>
    /// Reads a file whole into memory of its own, on all cores, checks its checksums, and closes it. The right way when every tensor
    /// is needed, or when the file lies on a network.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="options">How to read; null for the defaults.</param>
    /// <exception cref="CheckpointException">The content is not what its format says, or a checksum is wrong.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static Checkpoint Load(string path, ReadOptions? options = null) =>
        ReadPath(path, options ?? ReadOptions.Default, copies: true);

    private static Checkpoint ReadPath(string path, ReadOptions options, bool copies) =>
        new(path, Containers.Open(path, new OpenContext(options, copies)), options.Limits);

    private static Checkpoint Read(ByteSource source, ReadOptions options, bool copies)
    {
        // Reading may close the source.
        string name = source.Name;
        return new Checkpoint(name, Containers.OpenOwned(source, new OpenContext(options, copies)), options.Limits);
    }
}
