using System.Buffers.Binary;
using System.Globalization;

namespace Pth.Cli.Output;

/// <summary>Chosen elements of a tensor as text.</summary>
internal static class ElementText
{
    /// <param name="tensor">A strided tensor.</param>
    /// <param name="elements">Which, counted in row-major order.</param>
    public static FormattedElements Read(TensorView tensor, IReadOnlyList<long> elements)
    {
        if (tensor.DType is DType.Int64 or DType.UInt64)
        {
            return ElementFormat.Whole(ReadLongs(tensor, elements));
        }
        if (tensor.DType.IsComplex)
        {
            (double Real, double Imaginary)[] numbers = [.. elements.Select(index => ReadPair(tensor, index))];
            return ElementFormat.Complex(
                [.. numbers.Select(number => number.Real)],
                [.. numbers.Select(number => number.Imaginary)]
            );
        }
        if (tensor.DType == DType.Float4E2M1FnX2)
        {
            return ElementFormat.Whole([
                .. elements.Select(index => ReadPair(tensor, index)).Select(pair => $"{pair.Item1}|{pair.Item2}"),
            ]);
        }
        double[] values = ReadAll(tensor, elements);
        return tensor.DType.IsFloatingPoint || tensor.DType.IsQuantized
            ? ElementFormat.Real(values)
            : ElementFormat.Whole([.. values.Select(value => WholeText(tensor.DType, value))]);
    }

    private static string WholeText(DType dtype, double value) =>
        dtype == DType.Bool ? (value != 0 ? "True" : "False") : value.ToString("F0", CultureInfo.InvariantCulture);

    private static double[] ReadAll(TensorView tensor, IReadOnlyList<long> elements)
    {
        var values = new double[elements.Count];
        foreach ((int start, int count) in Runs(elements))
        {
            ReadRun(tensor, elements[start], values.AsSpan(start, count));
        }
        return values;
    }

    // Neighbours are read at once: all of a small tensor, three of each edge of a large one.
    private static IEnumerable<(int Start, int Count)> Runs(IReadOnlyList<long> elements)
    {
        int start = 0;
        for (int i = 1; i <= elements.Count; i++)
        {
            if (i == elements.Count || elements[i] != elements[i - 1] + 1)
            {
                yield return (start, i - start);
                start = i;
            }
        }
    }

    // Where a byte holds several elements, reading begins at the first of a byte.
    private static void ReadRun(TensorView tensor, long first, Span<double> values)
    {
        int surplus = tensor.DType switch
        {
            DType.QUInt4x2 => (int)(first % 2),
            DType.QUInt2x4 => (int)(first % 4),
            _ => 0,
        };
        if (surplus == 0)
        {
            tensor.ReadAs(first, values);
            return;
        }
        double[] aligned = new double[surplus + values.Length];
        tensor.ReadAs(first - surplus, aligned.AsSpan());
        aligned.AsSpan(surplus).CopyTo(values);
    }

    private static (double, double) ReadPair(TensorView tensor, long index)
    {
        Span<double> parts = stackalloc double[2];
        tensor.ReadAs(index, parts);
        return (parts[0], parts[1]);
    }

    // A double would round them.
    private static List<string> ReadLongs(TensorView tensor, IReadOnlyList<long> elements)
    {
        var texts = new List<string>(elements.Count);
        foreach ((int start, int count) in Runs(elements))
        {
            var bytes = new byte[count * sizeof(long)];
            tensor.CopyTo(elements[start], bytes);
            for (int at = 0; at < bytes.Length; at += sizeof(long))
            {
                long value = BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(at));
                texts.Add(tensor.DType == DType.UInt64 ? $"{(ulong)value}" : $"{value}");
            }
        }
        return texts;
    }
}
