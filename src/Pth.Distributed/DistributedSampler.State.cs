using System.Numerics;

namespace Pth.Distributed;

// Where a training is, to go on from there.
public sealed partial class DistributedSampler
{
    /// <summary>The epoch, the position in it and what the order depends on, to be saved with a checkpoint.</summary>
    /// <param name="position">How many samples of the epoch all ranks together have been trained with: steps x batch x ranks.</param>
    public PyDict ToStateDict(long position)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        return new PyDict
        {
            ["epoch"] = Epoch,
            ["position"] = Math.Min(position, Length),
            ["length"] = Length,
            ["seed"] = _seed,
            ["shuffle"] = _shuffle,
        };
    }

    /// <summary>Goes on where another sampler was, on as many ranks or another number: the samples that it had not given come, each once.</summary>
    /// <param name="state">What <see cref="ToStateDict"/> made.</param>
    /// <exception cref="ArgumentException">It is something else, or of other data, or of another order.</exception>
    public void LoadStateDict(PyValue state)
    {
        Expect(state, "length", Length);
        Expect(state, "seed", _seed);
        if (
            !((PyDict)state).TryGetValue("shuffle", out PyValue? shuffle)
            || shuffle is not PyBool order
            || order.Value != _shuffle
        )
        {
            throw new ArgumentException(
                $"Found another shuffle, expected {_shuffle} as this sampler has it.",
                nameof(state)
            );
        }
        (long epoch, long position) = (Number(state, "epoch"), Number(state, "position"));
        if (epoch < 0 || position < 0 || position > Length)
        {
            throw new ArgumentException(
                $"Found epoch {epoch} and position {position}, expected a position up to {Length}.",
                nameof(state)
            );
        }
        (Epoch, Position) = (epoch, position);
    }

    private static void Expect(PyValue state, string name, long expected)
    {
        long found = Number(state, name);
        if (found != expected)
        {
            throw new ArgumentException(
                $"Found the {name} {found}, expected {expected} as this sampler has it.",
                nameof(state)
            );
        }
    }

    private static long Number(PyValue state, string name) =>
        state is PyDict entries
        && entries.TryGetValue(name, out PyValue? value)
        && value is PyInt { Value: BigInteger number }
        && number == (long)number
            ? (long)number
            : throw new ArgumentException($"Found no number '{name}', expected the state of a sampler.", nameof(state));
}
