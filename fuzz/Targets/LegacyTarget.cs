using Pth.Bytes;
using Pth.Formats;
using Pth.Formats.TorchLegacy;

namespace Pth.Fuzz;

/// <summary>The reader of the stream that PyTorch wrote before 1.6.</summary>
internal sealed class LegacyTarget : IFuzzTarget
{
    public string Name => "legacy";

    public void Read(ReadOnlyMemory<byte> input)
    {
        var source = new MemorySource(input);
        var reader = new TorchLegacyReader();
        _ = reader.Recognizes(source);
        using ContainerContent content = reader.Open(source, new OpenContext(ReadOptions.Default, Copies: false));
        Contents.Use(content);
    }
}
