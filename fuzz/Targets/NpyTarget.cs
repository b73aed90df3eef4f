using Pth.Bytes;
using Pth.Formats;
using Pth.Formats.Numpy;

namespace Pth.Fuzz;

/// <summary>The reader of NumPy's arrays.</summary>
internal sealed class NpyTarget : IFuzzTarget
{
    public string Name => "npy";

    public int Readings => 2;

    public void Read(ReadOnlyMemory<byte> input)
    {
        // Also where the content does not look like it: the reader must not trust who called it.
        var source = new MemorySource(input);
        var reader = new NpyReader();
        _ = reader.Recognizes(source);
        using (ContainerContent content = reader.Open(source, new OpenContext(ReadOptions.Default, Copies: false)))
        {
            Contents.Use(content);
        }
        Touch.Open(input);
    }
}
