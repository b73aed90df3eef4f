using System.Collections;

namespace Pth.Distributed;

/// <summary>
/// The numbers of the samples that one rank trains with in an epoch. Over all ranks every sample comes once, in an order that a seed and the epoch
/// give; all ranks have as many, so that they take the same number of steps. PyTorch's <c>DistributedSampler</c>, in an order of its own.
/// </summary>
public sealed partial class DistributedSampler : IReadOnlyCollection<long>
{
    private readonly int _rank;
    private readonly int _worldSize;
    private readonly bool _shuffle;
    private readonly long _seed;
    private readonly bool _dropLast;

    /// <summary>A sampler for a rank of a group.</summary>
    /// <param name="length">How many samples there are.</param>
    /// <param name="group">The ranks.</param>
    /// <param name="shuffle">Whether the order differs from epoch to epoch; else it is that of the samples.</param>
    /// <param name="seed">The same on all ranks.</param>
    /// <param name="dropLast">
    /// If samples cannot be shared out evenly: true leaves out the last of the order; false lets its first come a second time, at the end.
    /// </param>
    public DistributedSampler(
        long length,
        ProcessGroup group,
        bool shuffle = true,
        long seed = 0,
        bool dropLast = false
    )
        : this(length, NotNull(group).WorldSize, group.Rank, shuffle, seed, dropLast) { }

    /// <summary>A sampler for one of several ranks.</summary>
    /// <param name="length">How many samples there are.</param>
    /// <param name="worldSize">How many ranks there are.</param>
    /// <param name="rank">Which this is.</param>
    /// <param name="shuffle">Whether the order differs from epoch to epoch; else it is that of the samples.</param>
    /// <param name="seed">The same on all ranks.</param>
    /// <param name="dropLast">
    /// If samples cannot be shared out evenly: true leaves out the last of the order; false lets its first come a second time, at the end.
    /// </param>
    public DistributedSampler(
        long length,
        int worldSize,
        int rank,
        bool shuffle = true,
        long seed = 0,
        bool dropLast = false
    )
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfLessThan(worldSize, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(rank);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(rank, worldSize);
        (Length, _worldSize, _rank) = (length, worldSize, rank);
        (_shuffle, _seed, _dropLast) = (shuffle, seed, dropLast);
    }

    /// <summary>How many samples there are for all ranks.</summary>
    public long Length { get; }

    /// <summary>The epoch that is sampled, from 0.</summary>
    public long Epoch { get; private set; }

    /// <summary>
    /// How many samples of the epoch all ranks together have been trained with already: they are left out. 0 but in the rest of an epoch that
    /// an earlier run began, with as many ranks or another number.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than none, or more than there are.</exception>
    public long Position
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, Length);
            field = value;
        }
    }

    /// <summary>How many samples this rank gets, as every other.</summary>
    public int Count => checked((int)((Length - Position + (_dropLast ? 0 : _worldSize - 1)) / _worldSize));

    /// <summary>Chooses the order of another epoch. To be called on all ranks before each epoch; without it all epochs have one order.</summary>
    /// <param name="epoch">From 0. The position is its start.</param>
    public void SetEpoch(long epoch) => (Epoch, Position) = (epoch, 0);

    /// <summary>This rank's samples of the epoch: every <c>WorldSize</c>-th of the order, from the rank's own number.</summary>
    public IEnumerator<long> GetEnumerator()
    {
        long[] order = Order();
        long taken = (long)Count * _worldSize;
        for (long i = _rank; i < taken; i += _worldSize)
        {
            yield return order[(Position + i) % order.Length];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private long[] Order()
    {
        long[] order = new long[Length];
        for (long i = 0; i < order.Length; i++)
        {
            order[i] = i;
        }

        if (_shuffle)
        {
            SplitMix random = new(unchecked((ulong)_seed * 0x9E3779B97F4A7C15 ^ (ulong)Epoch * 0xD1342543DE82EF95));
            for (long i = order.Length - 1; i > 0; i--)
            {
                long j = (long)random.Below((ulong)i + 1);
                (order[i], order[j]) = (order[j], order[i]);
            }
        }

        return order;
    }

    private static ProcessGroup NotNull(ProcessGroup group)
    {
        ArgumentNullException.ThrowIfNull(group);
        return group;
    }

    /// <summary>Steele, Lea and Flood's SplitMix64: the order must be the same on all machines and in all versions, which Random does not promise.</summary>
    private sealed class SplitMix(ulong state)
    {
        private ulong _state = state;

        public ulong Below(ulong limit) => (ulong)((UInt128)Next() * limit >> 64);

        private ulong Next()
        {
            unchecked
            {
                _state += 0x9E3779B97F4A7C15;
                ulong z = _state;
                z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
                z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
                return z ^ (z >> 31);
            }
        }
    }
}
