using Pth.Bytes;
using Pth.Errors;

namespace Pth.Formats.Numpy;

/// <summary>Reads one NumPy array (<c>numpy.save</c>).</summary>
internal sealed class NpyReader : IContainerReader
{
    /// <inheritdoc />
    public bool Recognizes(ByteSource source)
    {
        Span<byte> buffer = stackalloc byte[NpyHeader.Magic.Length];
        return source.Read(0, (int)Math.Min(source.Length, buffer.Length), buffer).SequenceEqual(NpyHeader.Magic);
    }

    /// <inheritdoc />
    public ContainerContent Open(ByteSource source, OpenContext context)
    {
        var location = new ErrorLocation(source.Name);
        var prefix = new byte[Math.Min(source.Length, NpyHeader.PrefixLength)];
        source.CopyTo(0, prefix);
        var bytes = new byte[NpyHeader.Measure(prefix, source.Length, location)];
        source.CopyTo(0, bytes);
        var header = NpyHeader.Read(bytes, location);
        TensorView view = NpyArray.Open(
            header,
            source,
            location,
            (data, dtype) => new Storage(data, dtype) { FileOffset = header.Length }
        );
        long left = source.Length - header.Length - view.ByteCount;
        return new ContainerContent(
            new PyTensor(view),
            new ContainerInfo
            {
                Kind = "npy",
                Writer = "NumPy",
                Version = header.Version,
                IsBigEndian = header.IsBigEndian,
                Notes =
                    left == 0
                        ? []
                        : [$"{left} bytes follow the array: another may have been appended. They are not read."],
            }
        );
    }
}
