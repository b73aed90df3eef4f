using Pth.Distributed.Collectives;
using static TorchSharp.torch;

namespace Pth.Distributed;

public abstract unsafe partial class ProcessGroup
{
    /// <summary>Gives every rank the sum, average or greatest of the tensors of all ranks, element by element, in place.</summary>
    /// <param name="tensor">Of the same number of elements and type on all ranks. Strides are honoured; other devices go through the CPU.</param>
    /// <param name="op">How values become one.</param>
    /// <exception cref="ArgumentException">The element type cannot be reduced so.</exception>
    /// <exception cref="ProcessGroupException">The other ranks did not do the same.</exception>
    public void AllReduce(Tensor tensor, ReduceOp op = ReduceOp.Sum) => AllReduceAsync(tensor, op).Wait();

    /// <inheritdoc cref="AllReduce(Tensor, ReduceOp)" />
    /// <returns>The work; the tensor belongs to it until it is complete.</returns>
    public Work AllReduceAsync(Tensor tensor, ReduceOp op = ReduceOp.Sum)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        CheckOp(op, ElementKinds.Of(tensor.dtype));
        TensorMemory memory = new(tensor);
        return Begin(
            new Collective(CollectiveKind.AllReduce, memory.Element, memory.Count)
            {
                Op = op,
                Input = memory.Address,
                Output = memory.Address,
                Then = memory.CopyBack,
                Buffers = memory,
            }
        );
    }

    /// <summary>Gives every rank the tensor of one, in place.</summary>
    /// <param name="tensor">Of the same number of elements and type on all ranks. Strides are honoured; other devices go through the CPU.</param>
    /// <param name="source">The rank whose values it are.</param>
    /// <exception cref="ProcessGroupException">The other ranks did not do the same.</exception>
    public void Broadcast(Tensor tensor, int source = 0) => BroadcastAsync(tensor, source).Wait();

    /// <inheritdoc cref="Broadcast(Tensor, int)" />
    /// <returns>The work; the tensor belongs to it until it is complete.</returns>
    public Work BroadcastAsync(Tensor tensor, int source = 0)
    {
        CheckRoot(source);
        TensorMemory memory = new(tensor);
        return Begin(
            new Collective(CollectiveKind.Broadcast, memory.Element, memory.Count)
            {
                Root = source,
                Input = memory.Address,
                Output = memory.Address,
                Then = memory.CopyBack,
                Buffers = memory,
            }
        );
    }

    /// <summary>Gives every rank the tensors of all, one after the other.</summary>
    /// <param name="input">This rank's, of the same number of elements and type on all ranks.</param>
    /// <returns>A new tensor on the CPU, <c>[WorldSize, *shape of input]</c>.</returns>
    /// <exception cref="ProcessGroupException">The other ranks did not do the same.</exception>
    public Tensor AllGather(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        Tensor output = empty([WorldSize, .. input.shape], input.dtype, CPU);
        AllGather(output, input);
        return output;
    }

    /// <summary>Gives every rank the tensors of all, one after the other.</summary>
    /// <param name="output">Where they go, of <see cref="WorldSize"/> times as many elements as <paramref name="input"/>.</param>
    /// <param name="input">This rank's, of the same number of elements and type on all ranks.</param>
    /// <exception cref="ArgumentException">The sizes or types do not fit.</exception>
    /// <exception cref="ProcessGroupException">The other ranks did not do the same.</exception>
    public void AllGather(Tensor output, Tensor input) => AllGatherAsync(output, input).Wait();

    /// <inheritdoc cref="AllGather(Tensor, Tensor)" />
    /// <returns>The work; the tensors belong to it until it is complete.</returns>
    public Work AllGatherAsync(Tensor output, Tensor input)
    {
        (TensorMemory to, TensorMemory from) = Pair(output, input, output, input);
        return Begin(
            new Collective(CollectiveKind.AllGather, from.Element, from.Count)
            {
                Input = from.Address,
                Output = to.Address,
                Then = to.CopyBack,
                Buffers = new BufferPair(to, from),
            }
        );
    }

    /// <summary>Gives every rank its part of the sum, average or greatest of the tensors of all ranks: rank 0 the first, and so on.</summary>
    /// <param name="output">Where this rank's part goes.</param>
    /// <param name="input">Of <see cref="WorldSize"/> times as many elements as <paramref name="output"/>.</param>
    /// <param name="op">How values become one.</param>
    /// <exception cref="ArgumentException">The sizes or types do not fit, or the element type cannot be reduced so.</exception>
    /// <exception cref="ProcessGroupException">The other ranks did not do the same.</exception>
    public void ReduceScatter(Tensor output, Tensor input, ReduceOp op = ReduceOp.Sum) =>
        ReduceScatterAsync(output, input, op).Wait();

    /// <inheritdoc cref="ReduceScatter(Tensor, Tensor, ReduceOp)" />
    /// <returns>The work; the tensors belong to it until it is complete.</returns>
    public Work ReduceScatterAsync(Tensor output, Tensor input, ReduceOp op = ReduceOp.Sum)
    {
        ArgumentNullException.ThrowIfNull(input);
        CheckOp(op, ElementKinds.Of(input.dtype));
        (TensorMemory to, TensorMemory from) = Pair(output, input, input, output);
        return Begin(
            new Collective(CollectiveKind.ReduceScatter, to.Element, to.Count)
            {
                Op = op,
                Input = from.Address,
                Output = to.Address,
                Then = to.CopyBack,
                Buffers = new BufferPair(to, from),
            }
        );
    }

    private (TensorMemory Output, TensorMemory Input) Pair(Tensor output, Tensor input, Tensor whole, Tensor part)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(input);
        CheckParts(whole.numel(), part.numel(), ElementKinds.Of(whole.dtype), ElementKinds.Of(part.dtype));
        return (new TensorMemory(output), new TensorMemory(input));
    }
}
