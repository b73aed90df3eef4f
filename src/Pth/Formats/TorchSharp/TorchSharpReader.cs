using Pth.Bytes;
using Pth.Errors;

namespace Pth.Formats.TorchSharp;

/// <summary>
/// Reads what TorchSharp's <c>Module.save</c> writes (<c>.dat</c>), and a lone tensor of its <c>Tensor.Save</c>. There are no magic bytes: a
/// file is one when it can be read so to its last byte.
/// </summary>
internal sealed class TorchSharpReader : IContainerReader
{
    /// <summary>The shortest file of a lone tensor that is believed: shorter ones are read so by chance.</summary>
    private const int MinTensorLength = 8;

    /// <inheritdoc />
    public bool Recognizes(ByteSource source) =>
        source.Length > 0 && (CanRead(source, IsModule) || IsTensor(source) || CanRead(source, BeginsAsModule));

    /// <inheritdoc />
    public ContainerContent Open(ByteSource source, OpenContext context)
    {
        ReadLimits limits = context.Options.Limits;
        if (IsTensor(source) && !CanRead(source, IsModule))
        {
            TorchSharpEntry entry = new TorchSharpParser(source, limits).ReadTensor();
            return new ContainerContent(new PyTensor(MakeView(source, entry)), MakeInfo(0));
        }
        IReadOnlyList<TorchSharpEntry> entries = new TorchSharpParser(source, limits).ReadModule();
        var root = new PyDict();
        foreach (TorchSharpEntry entry in entries)
        {
            root.SetRead(new PyString(entry.Name!), new PyTensor(MakeView(source, entry)));
        }
        return new ContainerContent(root, MakeInfo(entries.Count));
    }

    private static ContainerInfo MakeInfo(int count) =>
        new()
        {
            Kind = "torchsharp-dat",
            Writer = "TorchSharp",
            RecordCount = count,
            StorageAlignment = 1,
        };

    private static TensorView MakeView(ByteSource source, TorchSharpEntry entry)
    {
        var storage = new Storage(source.Slice(entry.Offset, entry.Length), entry.DType)
        {
            Key = entry.Name,
            FileOffset = entry.Offset,
        };
        return new TensorView(storage, entry.DType, entry.Shape, TensorBounds.ContiguousStrides(entry.Shape.AsSpan()));
    }

    private static bool IsModule(TorchSharpParser parser)
    {
        _ = parser.ReadModule();
        return true;
    }

    private static bool IsTensor(ByteSource source) =>
        source.Length >= MinTensorLength && CanRead(source, parser => parser.ReadTensor().Shape.Length > 0);

    // A file that broke off, or one whose names have a wrong length, is better told so than called unknown.
    private static bool BeginsAsModule(TorchSharpParser parser) =>
        parser.ReadFirst() is { Name.Length: > 0 } first
        && first.Name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_');

    private static bool CanRead(ByteSource source, Func<TorchSharpParser, bool> read)
    {
        try
        {
            return read(new TorchSharpParser(source, ReadLimits.Default));
        }
        catch (CheckpointException)
        {
            return false;
        }
    }
}
