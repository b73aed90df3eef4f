using System.Text;
using Pth.Bytes;
using Pth.Errors;
using Pth.Formats;
using Pth.Formats.TorchTar;
using Pth.Formats.Wrapped;
using Pth.Tar;

namespace Pth.Fuzz;

/// <summary>The readers of tars: PyTorch's of 2016, those with a checkpoint in them, and gzips.</summary>
internal sealed class TarTarget : IFuzzTarget
{
    private const int BlockLength = 512;
    private const int ChecksumOffset = 148;

    public string Name => "tar";

    public int Readings => 6;

    public void Read(ReadOnlyMemory<byte> input)
    {
        if (input.Span.StartsWith(GzipFile.Magic))
        {
            Touch.Open(input);
            return;
        }
        Touch.Try(() => ReadAll(input));
        ReadAll(Mend(input));
    }

    private static void ReadAll(ReadOnlyMemory<byte> input)
    {
        var source = new MemorySource(input);
        Touch.Try(() => ReadEntries(source));
        Touch.Try(() => Touch.Open(input));
        var reader = new TorchTarReader();
        using ContainerContent content = reader.Open(source, new OpenContext(ReadOptions.Default, Copies: false));
        Contents.Use(content);
    }

    private static void ReadEntries(ByteSource source)
    {
        var reader = new TarReader(source, new ErrorLocation("<input>"), ReadLimits.Default);
        while (reader.TryReadNext(out TarEntry? entry))
        {
            Touch.Sum(source.Slice(entry.Offset, entry.Length));
        }
    }

    /// <summary>Puts the right sum in every block that looks like a header; else few changes would come past it.</summary>
    private static ReadOnlyMemory<byte> Mend(ReadOnlyMemory<byte> input)
    {
        byte[] mended = input.ToArray();
        for (int start = 0; start + BlockLength <= mended.Length; start += BlockLength)
        {
            Span<byte> block = mended.AsSpan(start, BlockLength);
            Span<byte> field = block.Slice(ChecksumOffset, 8);
            if (start == 0 || block.Slice(257, 5).SequenceEqual("ustar"u8))
            {
                field.Fill((byte)' ');
                int sum = 0;
                foreach (byte one in block)
                {
                    sum += one;
                }
                Encoding.ASCII.GetBytes(Convert.ToString(sum, toBase: 8).PadLeft(6, '0') + "\0", field);
            }
        }
        return mended;
    }
}
