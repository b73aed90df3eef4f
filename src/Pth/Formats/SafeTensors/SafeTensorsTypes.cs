using System.Collections.Frozen;
using System.Text;
using System.Text.Json;

namespace Pth.Formats.SafeTensors;

/// <summary>The 22 element types of safetensors 0.8.0.</summary>
/// <remarks>Source: <c>safetensors/src/tensor.rs</c> (<c>Dtype</c>).</remarks>
internal static class SafeTensorsTypes
{
    /// <summary>All of them, in the format's order; tensors are written by it backwards, so that wide elements come first.</summary>
    public static IReadOnlyList<SafeTensorsType> All { get; } =
    [
        new("BOOL", 8, DType.Bool),
        new("F4", 4, DType.Float4E2M1FnX2),
        new("F6_E2M3", 6, null),
        new("F6_E3M2", 6, null),
        new("U8", 8, DType.UInt8),
        new("I8", 8, DType.Int8),
        new("F8_E5M2", 8, DType.Float8E5M2),
        new("F8_E4M3", 8, DType.Float8E4M3Fn),
        new("F8_E8M0", 8, DType.Float8E8M0Fnu),
        new("F8_E4M3FNUZ", 8, DType.Float8E4M3Fnuz),
        new("F8_E5M2FNUZ", 8, DType.Float8E5M2Fnuz),
        new("I16", 16, DType.Int16),
        new("U16", 16, DType.UInt16),
        new("F16", 16, DType.Float16),
        new("BF16", 16, DType.BFloat16),
        new("I32", 32, DType.Int32),
        new("U32", 32, DType.UInt32),
        new("F32", 32, DType.Float32),
        new("C64", 64, DType.Complex64),
        new("F64", 64, DType.Float64),
        new("I64", 64, DType.Int64),
        new("U64", 64, DType.UInt64),
    ];

    private static readonly byte[][] Names = [.. All.Select(type => Encoding.ASCII.GetBytes(type.Name))];

    private static readonly FrozenDictionary<DType, int> RankOfDType = Enumerable
        .Range(0, All.Count)
        .Where(i => All[i].DType is not null)
        .ToFrozenDictionary(i => All[i].DType!.Value);

    /// <summary>The type that a text names; null where it names none.</summary>
    /// <param name="reader">Stands at the text.</param>
    public static SafeTensorsType? Find(ref Utf8JsonReader reader)
    {
        for (int i = 0; i < Names.Length; i++)
        {
            if (reader.ValueTextEquals(Names[i]))
            {
                return All[i];
            }
        }
        return null;
    }

    /// <summary>The type of a name in ASCII; null where there is none.</summary>
    public static SafeTensorsType? Find(ReadOnlySpan<byte> name)
    {
        for (int i = 0; i < Names.Length; i++)
        {
            if (name.SequenceEqual(Names[i]))
            {
                return All[i];
            }
        }
        return null;
    }

    /// <summary>The place of PyTorch's type in the order; -1 for one that the format lacks.</summary>
    public static int RankOf(DType dtype) => RankOfDType.TryGetValue(dtype, out int rank) ? rank : -1;
}
