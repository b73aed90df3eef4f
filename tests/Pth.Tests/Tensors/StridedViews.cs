using System.Collections.Immutable;
using CsCheck;

namespace Pth.Tests.Tensors;

/// <summary>Random strided views and the plain loop that says what they hold.</summary>
internal static class StridedViews
{
    internal sealed record Case(int ItemSize, long[] Shape, long[] Strides, long Offset, byte[] Bytes)
    {
        public DType DType =>
            ItemSize switch
            {
                1 => DType.UInt8,
                2 => DType.Int16,
                4 => DType.Int32,
                8 => DType.Int64,
                _ => DType.Complex128,
            };

        public long Count => Shape.Aggregate(1L, (product, size) => product * size);

        public TensorView View() => View(TensorView.FromBytes(DType.UInt8, Bytes, [Bytes.Length]).Storage);

        public TensorView View(Storage storage) =>
            new(storage, DType, [.. Shape], ImmutableArray.Create(Strides), Offset);

        /// <summary>Where an element of the row-major sequence lies in the storage.</summary>
        public long ElementAt(long i)
        {
            long element = Offset;
            for (int d = Shape.Length - 1; d >= 0; d--)
            {
                element += i % Shape[d] * Strides[d];
                i /= Shape[d];
            }
            return element;
        }

        /// <summary>Element after element, each found by its own index.</summary>
        public byte[] RowMajor()
        {
            var result = new List<byte>();
            for (long i = 0; i < Count; i++)
            {
                result.AddRange(Bytes.AsSpan((int)ElementAt(i) * ItemSize, ItemSize));
            }
            return [.. result];
        }
    }

    // Strides from 0 (expanded) upwards, sizes that often are 1 or make a whole; about half are transposes of a whole tensor.
    public static Gen<Case> Any { get; } =
        from log in Gen.Int[0, 4]
        from rank in Gen.Int[0, 4]
        from shape in Gen.Long[0, 9].Array[rank]
        from loose in Gen.Long[0, 12].Array[rank]
        from order in Gen.Shuffle(Enumerable.Range(0, rank).ToArray())
        from isPermuted in Gen.Bool
        from offset in Gen.Long[0, 5]
        from seed in Gen.Int
        select Make(1 << log, shape, isPermuted ? Permuted(shape, order) : loose, offset, seed);

    private static long[] Permuted(long[] shape, int[] order)
    {
        var strides = new long[shape.Length];
        long step = 1;
        foreach (int dimension in order)
        {
            strides[dimension] = step;
            step *= Math.Max(1, shape[dimension]);
        }
        return strides;
    }

    private static Case Make(int itemSize, long[] shape, long[] strides, long offset, int seed)
    {
        long last = offset + shape.Zip(strides, (size, stride) => Math.Max(0, size - 1) * stride).Sum();
        var bytes = new byte[(last + 1) * itemSize];
        new Random(seed).NextBytes(bytes);
        return new Case(itemSize, shape, strides, offset, bytes);
    }
}
