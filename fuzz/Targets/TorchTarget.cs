using Pth.Bytes;
using Pth.Errors;
using Pth.Formats;
using Pth.Formats.Torch;
using Pth.Pickle;

namespace Pth.Fuzz;

/// <summary>
/// All that begins like a zip (<c>torch.save</c>, TorchScript, torch.package, npz, a zip around one of them), in place and loaded; what does not is
/// read as a <c>data.pkl</c> whose storages are all there, since few changes of a zip leave its pickle readable.
/// </summary>
internal sealed class TorchTarget : IFuzzTarget
{
    public string Name => "torch";

    public int Readings => 2;

    public void Read(ReadOnlyMemory<byte> input)
    {
        if (!input.Span.StartsWith("PK"u8))
        {
            ReadPickle(new MemorySource(input));
            return;
        }
        Touch.Open(input);
        var source = new MemorySource(input);
        using ContainerContent content = Containers.Open(source, new OpenContext(ReadOptions.Default, Copies: true));
        Contents.Use(content);
    }

    private static void ReadPickle(ByteSource source)
    {
        var location = new ErrorLocation("<input>");
        var resolver = new TorchResolver(new AnySizeStorages(), location);
        PyValue root = new PickleReader(source, location, ReadLimits.Default, resolver).Read();
        Contents.Use(root);
    }
}
