using Pth.Bytes;
using Pth.Formats;
using Pth.Formats.TorchSharp;

namespace Pth.Fuzz;

/// <summary>The reader of TorchSharp's files.</summary>
internal sealed class DatTarget : IFuzzTarget
{
    public string Name => "dat";

    public int Readings => 2;

    public void Read(ReadOnlyMemory<byte> input)
    {
        // Also where the content does not look like it: the reader must not trust who called it.
        var source = new MemorySource(input);
        var reader = new TorchSharpReader();
        _ = reader.Recognizes(source);
        using (ContainerContent content = reader.Open(source, new OpenContext(ReadOptions.Default, Copies: false)))
        {
            Contents.Use(content);
        }
        Touch.Open(input);
    }
}
