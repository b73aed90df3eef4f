using System.Buffers;
using Pth.Distributed.Collectives;

namespace Pth.Distributed;

public abstract unsafe partial class ProcessGroup
{
    /// <summary>Gives every rank the sum, average or greatest of the values of all ranks, element by element, in place.</summary>
    /// <typeparam name="T">float, double, Half, BFloat16, long, int, short, sbyte, byte or bool.</typeparam>
    /// <param name="values">As many on all ranks.</param>
    /// <param name="op">How values become one.</param>
    /// <exception cref="ArgumentException">The element type cannot be reduced so.</exception>
    /// <exception cref="ProcessGroupException">The other ranks did not do the same.</exception>
    public void AllReduce<T>(Span<T> values, ReduceOp op = ReduceOp.Sum)
        where T : unmanaged
    {
        ElementKind element = ElementKinds.Of<T>();
        CheckOp(op, element);
        fixed (T* address = values)
        {
            Begin(Reduce((byte*)address, element, values.Length, op, null)).Wait();
        }
    }

    /// <inheritdoc cref="AllReduce{T}(Span{T}, ReduceOp)" />
    /// <returns>The work; the values belong to it until it is complete.</returns>
    public Work AllReduceAsync<T>(Memory<T> values, ReduceOp op = ReduceOp.Sum)
        where T : unmanaged
    {
        ElementKind element = ElementKinds.Of<T>();
        CheckOp(op, element);
        MemoryHandle pin = values.Pin();
        return Begin(Reduce((byte*)pin.Pointer, element, values.Length, op, pin));
    }

    /// <summary>Gives every rank the values of one, in place.</summary>
    /// <typeparam name="T">float, double, Half, BFloat16, long, int, short, sbyte, byte or bool.</typeparam>
    /// <param name="values">As many on all ranks.</param>
    /// <param name="source">The rank whose values it are.</param>
    /// <exception cref="ProcessGroupException">The other ranks did not do the same.</exception>
    public void Broadcast<T>(Span<T> values, int source = 0)
        where T : unmanaged
    {
        ElementKind element = ElementKinds.Of<T>();
        CheckRoot(source);
        fixed (T* address = values)
        {
            Begin(Spread((byte*)address, element, values.Length, source, null)).Wait();
        }
    }

    /// <inheritdoc cref="Broadcast{T}(Span{T}, int)" />
    /// <returns>The work; the values belong to it until it is complete.</returns>
    public Work BroadcastAsync<T>(Memory<T> values, int source = 0)
        where T : unmanaged
    {
        ElementKind element = ElementKinds.Of<T>();
        CheckRoot(source);
        MemoryHandle pin = values.Pin();
        return Begin(Spread((byte*)pin.Pointer, element, values.Length, source, pin));
    }

    /// <summary>Gives every rank the values of all, one after the other.</summary>
    /// <typeparam name="T">float, double, Half, BFloat16, long, int, short, sbyte, byte or bool.</typeparam>
    /// <param name="output">Where they go, <see cref="WorldSize"/> times as many.</param>
    /// <param name="input">This rank's, as many on all ranks.</param>
    /// <exception cref="ArgumentException">The sizes do not fit.</exception>
    /// <exception cref="ProcessGroupException">The other ranks did not do the same.</exception>
    public void AllGather<T>(Span<T> output, ReadOnlySpan<T> input)
        where T : unmanaged
    {
        ElementKind element = ElementKinds.Of<T>();
        CheckParts(output.Length, input.Length, element, element);
        fixed (T* to = output)
        fixed (T* from = input)
        {
            Begin(Gather((byte*)to, (byte*)from, element, input.Length, null)).Wait();
        }
    }

    /// <inheritdoc cref="AllGather{T}(Span{T}, ReadOnlySpan{T})" />
    /// <returns>The work; the values belong to it until it is complete.</returns>
    public Work AllGatherAsync<T>(Memory<T> output, ReadOnlyMemory<T> input)
        where T : unmanaged
    {
        ElementKind element = ElementKinds.Of<T>();
        CheckParts(output.Length, input.Length, element, element);
        MemoryHandle to = output.Pin();
        MemoryHandle from = input.Pin();
        return Begin(Gather((byte*)to.Pointer, (byte*)from.Pointer, element, input.Length, new BufferPair(to, from)));
    }

    /// <summary>Gives every rank the values of all, of which each may have another number.</summary>
    /// <typeparam name="T">float, double, Half, BFloat16, long, int, short, sbyte, byte or bool.</typeparam>
    /// <param name="input">This rank's.</param>
    /// <returns>The values of each rank.</returns>
    /// <exception cref="ProcessGroupException">The other ranks did not do the same.</exception>
    public T[][] AllGatherUneven<T>(ReadOnlySpan<T> input)
        where T : unmanaged
    {
        long[] lengths = new long[WorldSize];
        AllGather<long>(lengths, [input.Length]);
        int longest = checked((int)lengths.Max());
        T[] padded = new T[longest];
        input.CopyTo(padded);
        T[] all = new T[checked(longest * WorldSize)];
        AllGather<T>(all, padded);
        T[][] parts = new T[WorldSize][];
        for (int rank = 0; rank < WorldSize; rank++)
        {
            parts[rank] = all.AsSpan(rank * longest, (int)lengths[rank]).ToArray();
        }
        return parts;
    }

    /// <summary>Gives every rank its part of the sum, average or greatest of the values of all ranks: rank 0 the first, and so on.</summary>
    /// <typeparam name="T">float, double, Half, BFloat16, long, int, short, sbyte, byte or bool.</typeparam>
    /// <param name="output">Where this rank's part goes.</param>
    /// <param name="input"><see cref="WorldSize"/> times as many.</param>
    /// <param name="op">How values become one.</param>
    /// <exception cref="ArgumentException">The sizes do not fit, or the element type cannot be reduced so.</exception>
    /// <exception cref="ProcessGroupException">The other ranks did not do the same.</exception>
    public void ReduceScatter<T>(Span<T> output, ReadOnlySpan<T> input, ReduceOp op = ReduceOp.Sum)
        where T : unmanaged
    {
        ElementKind element = ElementKinds.Of<T>();
        CheckOp(op, element);
        CheckParts(input.Length, output.Length, element, element);
        fixed (T* to = output)
        fixed (T* from = input)
        {
            Begin(Scatter((byte*)to, (byte*)from, element, output.Length, op, null)).Wait();
        }
    }

    /// <inheritdoc cref="ReduceScatter{T}(Span{T}, ReadOnlySpan{T}, ReduceOp)" />
    /// <returns>The work; the values belong to it until it is complete.</returns>
    public Work ReduceScatterAsync<T>(Memory<T> output, ReadOnlyMemory<T> input, ReduceOp op = ReduceOp.Sum)
        where T : unmanaged
    {
        ElementKind element = ElementKinds.Of<T>();
        CheckOp(op, element);
        CheckParts(input.Length, output.Length, element, element);
        MemoryHandle to = output.Pin();
        MemoryHandle from = input.Pin();
        return Begin(
            Scatter((byte*)to.Pointer, (byte*)from.Pointer, element, output.Length, op, new BufferPair(to, from))
        );
    }

    private static Collective Reduce(
        byte* address,
        ElementKind element,
        long count,
        ReduceOp op,
        IDisposable? buffers
    ) =>
        new(CollectiveKind.AllReduce, element, count)
        {
            Op = op,
            Input = address,
            Output = address,
            Buffers = buffers,
        };

    private static Collective Spread(
        byte* address,
        ElementKind element,
        long count,
        int source,
        IDisposable? buffers
    ) =>
        new(CollectiveKind.Broadcast, element, count)
        {
            Root = source,
            Input = address,
            Output = address,
            Buffers = buffers,
        };

    private static Collective Gather(
        byte* output,
        byte* input,
        ElementKind element,
        long count,
        IDisposable? buffers
    ) =>
        new(CollectiveKind.AllGather, element, count)
        {
            Input = input,
            Output = output,
            Buffers = buffers,
        };

    private static Collective Scatter(
        byte* output,
        byte* input,
        ElementKind element,
        long count,
        ReduceOp op,
        IDisposable? buffers
    ) =>
        new(CollectiveKind.ReduceScatter, element, count)
        {
            Op = op,
            Input = input,
            Output = output,
            Buffers = buffers,
        };
}
