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
        Spans(group);
        Bools(group);
        Tensors(group);
        group.Barrier();
    }

    /// <summary>What rank has at index: from -20 to 20.</summary>
    private static double Value(int rank, int index) => ((index * 7 + rank * 13) % 41) - 20;

    /// <summary>All operations on one type are started before the first is waited for: they must not get into each other's way.</summary>
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
        List<(Work Work, T[] Found, Func<int, double> Expected, string What)> under = [];
        foreach (int count in counts)
        {
            T[] mine = Make(count, i => Value(group.Rank, i), make);
            Add(values => group.AllReduceAsync<T>(values), i => Sum(i), "Sum");
            Add(values => group.AllReduceAsync<T>(values, ReduceOp.Max), Greatest, "Max");
            if (make(0.5) is float or double or Half or BFloat16)
            {
                Add(
                    values => group.AllReduceAsync<T>(values, ReduceOp.Average),
                    i => read(make(Sum(i) / ranks)),
                    "Average"
                );
            }
            int root = count % ranks;
            Add(values => group.BroadcastAsync<T>(values, root), i => Value(root, i), "Broadcast");

            T[] all = new T[count * ranks];
            under.Add(
                (group.AllGatherAsync<T>(all, mine), all, i => Value(i / count, i % count), $"AllGather of {count}")
            );

            T[] wide = Make(count * ranks, i => Value(group.Rank, i), make);
            T[] part = new T[count];
            int first = group.Rank * count;
            under.Add(
                (group.ReduceScatterAsync<T>(part, wide), part, i => Sum(first + i), $"ReduceScatter of {count}")
            );
            under.Add((group.BarrierAsync(), wide, i => Value(group.Rank, i), $"input of ReduceScatter of {count}"));

            void Add(Func<Memory<T>, Work> start, Func<int, double> expected, string what)
            {
                T[] values = [.. mine];
                under.Add((start(values), values, expected, $"{what} of {count}"));
            }
        }
        foreach ((Work work, T[] found, Func<int, double> expected, string what) in under)
        {
            work.Wait();
            for (int i = 0; i < found.Length; i++)
            {
                double have = read(found[i]);
                double want = expected(i);
                if (have != want)
                {
                    Assert.Fail($"{what} {typeof(T).Name}: found {have} at {i}, expected {want}");
                }
            }
        }

        // A type without a sign holds each value with an offset, which is in the sum as often as there are ranks.
        double Sum(int index)
        {
            double sum = offset * (ranks - 1);
            for (int rank = 0; rank < ranks; rank++)
            {
                sum += Value(rank, index);
            }
            return sum;
        }

        double Greatest(int index)
        {
            double greatest = double.MinValue;
            for (int rank = 0; rank < ranks; rank++)
            {
                greatest = Math.Max(greatest, Value(rank, index));
            }
            return greatest;
        }
    }

    private static T[] Make<T>(int count, Func<int, double> value, Func<double, T> make)
    {
        T[] values = new T[count];
        for (int i = 0; i < count; i++)
        {
            values[i] = make(value(i));
        }
        return values;
    }

    /// <summary>The forms that wait.</summary>
    private static void Spans(ProcessGroup group)
    {
        int ranks = group.WorldSize;
        Span<int> values = [group.Rank, 1];
        group.AllReduce(values);
        Assert.Equal([ranks * (ranks - 1) / 2, ranks], values.ToArray());
        values[0] = group.Rank;
        group.Broadcast(values, ranks - 1);
        Assert.Equal([ranks - 1, ranks], values.ToArray());
        int[] all = new int[ranks];
        group.AllGather<int>(all, [group.Rank]);
        Assert.Equal(Enumerable.Range(0, ranks), all);
        Span<int> part = [0];
        group.ReduceScatter<int>(part, all, ReduceOp.Max);
        Assert.Equal(group.Rank, part[0]);
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
}
