using System.Buffers;
using System.Globalization;
using System.Text;
using Pth.Bytes;

namespace Pth.Formats.SafeTensors;

/// <summary>A whole file before its first byte is written: the order of the tensors, and the header.</summary>
/// <remarks>Source: <c>safetensors/src/tensor.rs</c> (<c>prepare</c>, <c>Metadata::serialize</c>).</remarks>
internal static class SafeTensorsLayout
{
    private const int Alignment = 8;

    /// <summary>The order of the reference: wide types first, then by name.</summary>
    public static List<KeyValuePair<string, TensorView>> Order(IEnumerable<KeyValuePair<string, TensorView>> tensors) =>
        [
            .. tensors
                .OrderByDescending(pair => SafeTensorsTypes.RankOf(pair.Value.DType))
                .ThenBy(pair => pair.Key, CodePointComparer.Instance),
        ];

    /// <summary>Writes the header, its length before it and spaces behind it.</summary>
    /// <param name="target">Where to.</param>
    /// <param name="tensors">In their order.</param>
    /// <param name="metadata">In its order; null for none at all.</param>
    /// <exception cref="InvalidOperationException">It is longer than the reference reads.</exception>
    public static void WriteHeader(
        PooledBuffer target,
        IReadOnlyList<KeyValuePair<string, TensorView>> tensors,
        IEnumerable<KeyValuePair<string, string>>? metadata
    )
    {
        target.GetSpan(SafeTensorsHeader.LengthSize)[..SafeTensorsHeader.LengthSize].Clear();
        target.Advance(SafeTensorsHeader.LengthSize);
        target.Write("{"u8);
        if (metadata is not null)
        {
            WriteMetadata(target, metadata);
        }
        ulong offset = 0;
        bool isFirst = metadata is null;
        foreach ((string name, TensorView view) in tensors)
        {
            target.Write(isFirst ? ""u8 : ","u8);
            isFirst = false;
            WriteEntry(target, name, view, offset);
            offset += (ulong)view.ByteCount;
        }
        target.Write("}"u8);
        Finish(target, leastLength: 0);
    }

    /// <summary>Pads the header with spaces, and puts its length before it.</summary>
    /// <param name="target">8 bytes left open, and the JSON.</param>
    /// <param name="leastLength">The length that it is to have where it is no longer than that; else a multiple of 8.</param>
    public static void Finish(PooledBuffer target, int leastLength)
    {
        int length = target.Written.Length - SafeTensorsHeader.LengthSize;
        int padding = length <= leastLength ? leastLength - length : (Alignment - length % Alignment) % Alignment;
        target.GetSpan(padding)[..padding].Fill((byte)' ');
        target.Advance(padding);
        if (length + padding > SafeTensorsHeader.MaxLength)
        {
            throw new InvalidOperationException(
                $"Found a header of {length} bytes, expected at most {SafeTensorsHeader.MaxLength}, which is what safetensors reads: write shards."
            );
        }
        target.SetHead((ulong)(length + padding));
    }

    /// <summary>Writes the member that holds the texts.</summary>
    public static void WriteMetadata(PooledBuffer target, IEnumerable<KeyValuePair<string, string>> metadata)
    {
        target.Write("\"__metadata__\":{"u8);
        bool isFirst = true;
        foreach ((string key, string value) in metadata)
        {
            target.Write(isFirst ? ""u8 : ","u8);
            isFirst = false;
            SafeTensorsText.Write(target, key);
            target.Write(":"u8);
            SafeTensorsText.Write(target, value);
        }
        target.Write("}"u8);
    }

    private static void WriteEntry(PooledBuffer target, string name, TensorView view, ulong offset)
    {
        SafeTensorsText.Write(target, name);
        target.Write(":{\"dtype\":\""u8);
        SafeTensorsType type = SafeTensorsTypes.All[SafeTensorsTypes.RankOf(view.DType)];
        WriteAscii(target, type.Name);
        target.Write("\",\"shape\":["u8);
        for (int i = 0; i < view.Shape.Length; i++)
        {
            target.Write(i == 0 ? ""u8 : ","u8);
            bool isPacked = view.DType == DType.Float4E2M1FnX2 && i == view.Shape.Length - 1;
            WriteNumber(target, (ulong)view.Shape[i] * (isPacked ? 2UL : 1));
        }
        target.Write("],\"data_offsets\":["u8);
        WriteNumber(target, offset);
        target.Write(","u8);
        WriteNumber(target, offset + (ulong)view.ByteCount);
        target.Write("]}"u8);
    }

    private static void WriteNumber(PooledBuffer target, ulong number) =>
        WriteAscii(target, number.ToString(CultureInfo.InvariantCulture));

    private static void WriteAscii(PooledBuffer target, string text) =>
        target.Advance(Encoding.ASCII.GetBytes(text, target.GetSpan(text.Length)));
}
