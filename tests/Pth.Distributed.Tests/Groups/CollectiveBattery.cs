using TorchSharp;
using static TorchSharp.torch;

namespace Pth.Distributed.Tests.Groups;

/// <summary>
/// Every operation on every element type, in any kind of group, against what it should give: small whole numbers, which no type rounds.
/// </summary>
internal static class CollectiveBattery
{
    private static readonly int[] Counts = [0, 1, 7, 64, 1000, 4099];

    public static void Run(ProcessGroup group, params int[] moreCounts)
    {
        int[] counts = [.. Counts, .. moreCounts];
        Of<float>(group, counts, value => (float)value, value => value);
        Of<double>(group, counts, value => value, value => value);
        Of<Half>(group, counts, value => (Half)value, value => (double)value);
        Of<BFloat16>(group, counts, value => (BFloat16)(float)value, value => value.ToSingle());
        Of<long>(group, counts, value => (long)value, value => value);
        Of<int>(group, counts, value => (int)value, value => value);
        Of<short>(group, counts, value => (short)value, value => value);
        Of<sbyte>(group, counts, value => (sbyte)value, value => value);
        Of<byte>(group, counts, value => (byte)(value + 20), value => value - 20d, offset: 20);
        Bools(group);
        Tensors(group);
        group.Barrier();
    }

    /// <summary>What rank has at index: from -20 to 20.</summary>
    private static double Value(int rank, int index) => ((index * 7 + rank * 13) % 41) - 20;

    private static void Of<T>(
        ProcessGroup group,
        int[] counts,
        Func<double, T> make,
        Func<T, double> read,
        int offset = 0
    )
        where T : unmanaged
    {
        int ranks = group.WorldSize;
        bool floating =
            typeof(T) == typeof(float)
            || typeof(T) == typeof(double)
            || typeof(T) == typeof(Half)
            || typeof(T) == typeof(BFloat16);
        foreach (int count in counts)
        {
            double[] sums =
            [
                .. Enumerable.Range(0, count).Select(i => Enumerable.Range(0, ranks).Sum(rank => Value(rank, i))),
            ];
            double[] greatest =
            [
                .. Enumerable.Range(0, count).Select(i => Enumerable.Range(0, ranks).Max(rank => Value(rank, i))),
            ];
            T[] mine = [.. Enumerable.Range(0, count).Select(i => make(Value(group.Rank, i)))];

            T[] values = [.. mine];
            group.AllReduce<T>(values);
            // An offset of every rank is in the sum as often as there are ranks.
            Check(values.Select(read), sums.Select(sum => sum + (offset * (ranks - 1))), $"Sum {typeof(T)} {count}");

            values = [.. mine];
            group.AllReduceAsync<T>(values, ReduceOp.Max).Wait();
            Check(values.Select(read), greatest, $"Max {typeof(T)} {count}");

            if (floating)
            {
                values = [.. mine];
                group.AllReduce<T>(values, ReduceOp.Average);
                Check(values.Select(read), sums.Select(sum => read(make(sum / ranks))), $"Average {typeof(T)} {count}");
            }

            int root = count % ranks;
            values = [.. mine];
            group.Broadcast<T>(values, root);
            Check(
                values.Select(read),
                Enumerable.Range(0, count).Select(i => Value(root, i)),
                $"Broadcast {typeof(T)} {count}"
            );

            T[] all = new T[count * ranks];
            group.AllGather<T>(all, mine);
            IEnumerable<double> gathered = Enumerable
                .Range(0, ranks)
                .SelectMany(rank => Enumerable.Range(0, count).Select(i => Value(rank, i)));
            Check(all.Select(read), gathered, $"AllGather {typeof(T)} {count}");

            T[] wide = [.. Enumerable.Range(0, count * ranks).Select(i => make(Value(group.Rank, i)))];
            T[] before = [.. wide];
            T[] part = new T[count];
            group.ReduceScatter<T>(part, wide);
            IEnumerable<double> parts = Enumerable
                .Range(group.Rank * count, count)
                .Select(i => Enumerable.Range(0, ranks).Sum(rank => Value(rank, i)) + (offset * (ranks - 1)));
            Check(part.Select(read), parts, $"ReduceScatter {typeof(T)} {count}");
            Assert.Equal(before, wide);
        }
    }

    private static void Bools(ProcessGroup group)
    {
        bool[] values = [.. Enumerable.Range(0, 100).Select(i => i % (group.WorldSize + 1) == group.Rank)];
        group.AllReduce<bool>(values);
        Assert.Equal(Enumerable.Range(0, 100).Select(i => i % (group.WorldSize + 1) < group.WorldSize), values);
        group.Broadcast<bool>(values, group.WorldSize - 1);
        Assert.Throws<ArgumentException>(() => group.AllReduce<bool>(new bool[1], ReduceOp.Average));
    }

    private static void Tensors(ProcessGroup group)
    {
        int ranks = group.WorldSize;
        double total = ranks * (ranks + 1) / 2d;
        foreach (ScalarType type in new[] { float32, float64, float16, bfloat16, int64, int32, int16, int8, uint8 })
        {
            using Tensor tensor = full([3, 5], group.Rank + 1, type);
            group.AllReduce(tensor);
            Assert.True(tensor.eq(total).all().item<bool>(), $"{type}");
            using Tensor all = group.AllGather(full([2], group.Rank, type));
            Assert.Equal([ranks, 2], all.shape);
            Assert.Equal(type, all.dtype);
            Assert.True(all.to(float64).eq(arange(ranks, float64).unsqueeze(1)).all().item<bool>(), $"{type}");
            using Tensor part = zeros(1, type);
            group.ReduceScatter(part, arange(ranks, type));
            Assert.Equal(group.Rank * ranks, part.to(float64).item<double>());
        }

        // A transposed parameter that wants gradients: in place, through its strides.
        using Tensor strided = (arange(6f).view(2, 3) * (group.Rank + 1)).t().requires_grad_();
        group.AllReduce(strided, ReduceOp.Average);
        Assert.Equal(
            [0f, 3f, 1f, 4f, 2f, 5f],
            strided.detach().contiguous().data<float>().Select(v => (float)(v * ranks / total))
        );
        using Tensor offset = full(10, (float)group.Rank);
        group.Broadcast(offset.narrow(0, 3, 4), ranks - 1);
        Assert.Equal((4f * (ranks - 1)) + (6f * group.Rank), offset.sum().item<float>());
        string[] uneven =
        [
            .. group.AllGatherUneven<byte>("abcd"u8[..group.Rank]).Select(System.Text.Encoding.UTF8.GetString),
        ];
        Assert.Equal(Enumerable.Range(0, ranks).Select(rank => "abcd"[..rank]), uneven);
    }

    private static void Check(IEnumerable<double> found, IEnumerable<double> expected, string what)
    {
        double[] have = [.. found];
        double[] want = [.. expected];
        int wrong = Enumerable.Range(0, want.Length).FirstOrDefault(i => have[i] != want[i], -1);
        Assert.True(wrong < 0, wrong < 0 ? what : $"{what}: found {have[wrong]} at {wrong}, expected {want[wrong]}");
    }
}
