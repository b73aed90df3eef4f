using Pth.Bytes;
using Pth.Errors;
using Pth.Formats;
using Pth.Formats.BarePickle;
using Pth.Pickle;

namespace Pth.Fuzz;

/// <summary>The pickle machine by itself, for as many pickles as follow each other; the reader of lone pickles; and the writer of what was read.</summary>
internal sealed class PickleTarget : IFuzzTarget
{
    public string Name => "pickle";

    public int Readings => 2;

    public void Read(ReadOnlyMemory<byte> input)
    {
        var source = new MemorySource(input);
        Touch.Try(() => ReadBare(source));
        var reader = new PickleReader(source, new ErrorLocation("<input>"), ReadLimits.Default);
        while (reader.Position < source.Length)
        {
            PyValue value = reader.Read();
            _ = value.Describe();
            Contents.Use(value);
        }
    }

    private static void ReadBare(ByteSource source)
    {
        var reader = new BarePickleReader();
        _ = reader.Recognizes(source);
        using ContainerContent content = reader.Open(source, new OpenContext(ReadOptions.Default, Copies: false));
        Contents.Use(content);
    }
}
