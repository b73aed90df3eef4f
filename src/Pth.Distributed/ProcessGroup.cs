using Pth.Distributed.Collectives;

namespace Pth.Distributed;

/// <summary>
/// The processes, or threads, that train one model together. Each has a rank from 0; every one calls the same operations in the same order,
/// with the same sizes and element types. Operations run one after the other in the order of their calls.
/// </summary>
/// <remarks>
/// <para>
/// Element types are float16, bfloat16, float32, float64, int8 to int64, uint8 and bool. Sums are made in the order of the ranks, float16 and
/// bfloat16 in float32 with one rounding at the end, so that all ranks and all kinds of group get the same bits.
/// </para>
/// <para>
/// A rank that fails does not leave the others waiting: they get a <see cref="ProcessGroupException"/> with its message, or are ended. After an
/// exception the group takes no more work. One thread at a time may start operations; any may wait.
/// </para>
/// </remarks>
public abstract partial class ProcessGroup : IDisposable
{
    private protected ProcessGroup(int rank, int worldSize, ProcessGroupOptions options)
    {
        Rank = rank;
        WorldSize = worldSize;
        Options = options;
    }

    /// <summary>This process's or thread's number, from 0 to <see cref="WorldSize"/> - 1.</summary>
    public int Rank { get; }

    /// <summary>How many there are.</summary>
    public int WorldSize { get; }

    /// <summary>The options it was made with.</summary>
    public ProcessGroupOptions Options { get; }

    /// <summary>What carries the messages, with its version where it has one: <c>one process</c>, <c>threads</c>, <c>Open MPI v4.1.4</c>.</summary>
    public abstract string Transport { get; }

    /// <summary>Waits until all ranks have come here.</summary>
    /// <exception cref="ProcessGroupException">The other ranks did not come; see <see cref="ProcessGroupErrorKind"/>.</exception>
    public void Barrier() => BarrierAsync().Wait();

    /// <summary>Is complete when all ranks have come here.</summary>
    public Work BarrierAsync() => Begin(new Collective(CollectiveKind.Barrier, ElementKind.UInt8, 0));

    /// <summary>
    /// Closes the group: waits until the others close theirs, or for <see cref="ProcessGroupOptions.Timeout"/>. Ranks that still wait for this
    /// one get a <see cref="ProcessGroupException"/>.
    /// </summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Closes the group.</summary>
    /// <param name="disposing">Whether it was asked for.</param>
    protected virtual void Dispose(bool disposing) { }

    /// <summary>Starts an operation after those before it. What is wrong with the group comes out of the work, not here.</summary>
    private protected abstract void Start(Collective collective);

    private Work Begin(Collective collective)
    {
        Start(collective);
        return collective.Work;
    }

    private static void CheckOp(ReduceOp op, ElementKind element)
    {
        if (op is < ReduceOp.Sum or > ReduceOp.Max)
        {
            throw new ArgumentOutOfRangeException(nameof(op), op, "expected Sum, Average or Max");
        }
        if (op == ReduceOp.Average && !element.IsFloatingPoint())
        {
            throw new ArgumentException(
                $"found Average of {element.Name()}, expected floating-point elements",
                nameof(op)
            );
        }
    }

    private void CheckRoot(int source)
    {
        if (source < 0 || source >= WorldSize)
        {
            throw new ArgumentOutOfRangeException(nameof(source), source, $"expected a rank from 0 to {WorldSize - 1}");
        }
    }

    private void CheckParts(long whole, long part, ElementKind wholeElement, ElementKind partElement)
    {
        if (wholeElement != partElement)
        {
            throw new ArgumentException(
                $"found {wholeElement.Name()} and {partElement.Name()}, expected one element type",
                nameof(partElement)
            );
        }
        if (whole != part * WorldSize)
        {
            throw new ArgumentException(
                $"found {whole} elements for all ranks and {part} for one, expected {WorldSize} times as many",
                nameof(whole)
            );
        }
    }
}
