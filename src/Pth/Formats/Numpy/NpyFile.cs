using Pth.Bytes;
using Pth.Errors;

namespace Pth.Formats.Numpy;

/// <summary>A NumPy file that is written: the header, and the elements with the checksum that their source records.</summary>
/// <param name="Header">All that stands before the elements.</param>
/// <param name="Elements">The elements.</param>
internal sealed record NpyFile(byte[] Header, ElementBytes Elements)
{
    /// <summary>Plans a file of a tensor whose type NumPy has.</summary>
    public static NpyFile Plan(TensorView view) =>
        new(
            NpyWriter.MakeHeader(NpyWriter.Describe(view.DType, out _), view.Shape.AsSpan()),
            TensorElements.Open(view)
        );

    /// <summary>Why a tensor cannot be saved; null when it can.</summary>
    public static string? Refuse(TensorView view)
    {
        _ = NpyWriter.Describe(view.DType, out string? notice);
        return notice is null ? null : $"element type {view.DType.TorchName}, which NumPy lacks";
    }

    /// <summary>The file as the record of a zip.</summary>
    public (ByteSource Data, StorageChecksum? Expected) ToRecord()
    {
        var data = new JoinedSource(Elements.Data.Name, [new MemorySource(Header), Elements.Data]);
        if (Elements.Expected is not { Recorded: not 0 } expected)
        {
            return (data, null);
        }
        uint crc = Crc32Combiner.Combine(
            FastCrc32.Hash(Header),
            expected.Recorded,
            Crc32Combiner.Factor(Elements.Data.Length)
        );
        return (data, new StorageChecksum(data, crc, expected.Location));
    }
}
