using System.Collections.Immutable;
using Pth.Bytes;
using Pth.Tensors;

namespace Pth;

public sealed partial class TensorView
{
    /// <summary>The part at one index of a dimension, without that dimension; a view, as <c>tensor.select</c>.</summary>
    /// <param name="dimension">Which one; negative ones count from the last.</param>
    /// <param name="index">Negative ones count from the end.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such dimension or index.</exception>
    /// <exception cref="InvalidOperationException">The tensor is sparse or nested.</exception>
    public TensorView Select(int dimension, long index)
    {
        int d = RequireDimension(dimension);
        long position = index < 0 ? index + Shape[d] : index;
        if (position < 0 || position >= Shape[d])
        {
            throw new ArgumentOutOfRangeException(
                nameof(index),
                $"found index {index}, expected one of {Shape[d]} in dimension {d}"
            );
        }
        return Reviewed(
            Shape.RemoveAt(d),
            Strides.RemoveAt(d),
            Offset + (position * Strides[d]),
            QuantizationOfIndex(d, position)
        );
    }

    /// <summary>A run of indices of a dimension; a view, as <c>tensor.narrow</c>.</summary>
    /// <param name="dimension">Which one; negative ones count from the last.</param>
    /// <param name="start">The first index.</param>
    /// <param name="length">How many.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such dimension, or the run does not lie in it.</exception>
    /// <exception cref="InvalidOperationException">The tensor is sparse or nested.</exception>
    public TensorView Narrow(int dimension, long start, long length)
    {
        int d = RequireDimension(dimension);
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start, Shape[d]);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Shape[d] - start);
        return Slice(d, start, start + length);
    }

    /// <summary>Every <paramref name="step"/>-th index of a dimension; a view, as <c>tensor[start:stop:step]</c>.</summary>
    /// <param name="dimension">Which one; negative ones count from the last.</param>
    /// <param name="start">The first index. Negative ones count from the end, and what lies outside is cut off, as in Python.</param>
    /// <param name="stop">The index before which it ends, in the same way.</param>
    /// <param name="step">1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such dimension, or the step is less than 1.</exception>
    /// <exception cref="InvalidOperationException">The tensor is sparse or nested.</exception>
    public TensorView Slice(int dimension, long start, long stop, long step = 1)
    {
        int d = RequireDimension(dimension);
        ArgumentOutOfRangeException.ThrowIfLessThan(step, 1);
        long size = Shape[d];
        long first = Math.Clamp(start < 0 ? start + size : start, 0, size);
        long end = Math.Clamp(stop < 0 ? stop + size : stop, first, size);
        long count = ((end - first) / step) + ((end - first) % step == 0 ? 0 : 1);
        // Where there is nothing to step over, a stride means nothing and may not fit.
        long stride = (long)Int128.Min((Int128)Strides[d] * step, long.MaxValue);
        long offset = (long)Int128.Min(Offset + ((Int128)first * Strides[d]), long.MaxValue);
        return Reviewed(
            Shape.SetItem(d, count),
            Strides.SetItem(d, stride),
            offset,
            QuantizationOfPart(d, first, end, step)
        );
    }

    /// <summary>A part as NumPy and PyTorch write it: <c>0, 2:5, ::2, -1, ...</c>, with or without brackets; a view.</summary>
    /// <remarks>Integers take a dimension away, ranges with a step of 1 or more keep it, <c>...</c> stands for the dimensions not named.</remarks>
    /// <param name="slice">The text.</param>
    /// <exception cref="FormatException">The text is no slice; the message says at which character.</exception>
    /// <exception cref="ArgumentException">The tensor has no such index, or fewer dimensions.</exception>
    /// <exception cref="InvalidOperationException">The tensor is sparse or nested.</exception>
    public TensorView Slice(string slice) => TensorSlice.Parse(slice).Apply(this);

    /// <summary>Two dimensions exchanged; a view, as <c>tensor.transpose</c>.</summary>
    /// <param name="first">A dimension; negative ones count from the last.</param>
    /// <param name="second">The other.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such dimension.</exception>
    /// <exception cref="InvalidOperationException">The tensor is sparse or nested.</exception>
    public TensorView Transpose(int first, int second)
    {
        int a = RequireDimension(first);
        int b = RequireDimension(second);
        int[] order = [.. Enumerable.Range(0, Shape.Length)];
        (order[a], order[b]) = (b, a);
        return Permute(order);
    }

    /// <summary>All dimensions in another order; a view, as <c>tensor.permute</c>.</summary>
    /// <param name="dimensions">Every dimension once; negative ones count from the last.</param>
    /// <exception cref="ArgumentException">They are not every dimension once.</exception>
    /// <exception cref="InvalidOperationException">The tensor is sparse or nested.</exception>
    public TensorView Permute(params ReadOnlySpan<int> dimensions)
    {
        RequireStrided();
        var order = new int[dimensions.Length];
        for (int i = 0; i < order.Length; i++)
        {
            order[i] = dimensions[i] < 0 ? dimensions[i] + Shape.Length : dimensions[i];
        }
        if (!order.Order().SequenceEqual(Enumerable.Range(0, Shape.Length)))
        {
            throw new ArgumentException(
                $"found dimensions {string.Join(", ", dimensions.ToArray())}, expected each of {Shape.Length} once",
                nameof(dimensions)
            );
        }
        Quantization? quantization = Quantization is Quantization.PerChannel channels
            ? channels with
            {
                Axis = Array.IndexOf(order, channels.Axis),
            }
            : Quantization;
        return Reviewed(
            [.. order.Select(dimension => Shape[dimension])],
            [.. order.Select(dimension => Strides[dimension])],
            Offset,
            quantization
        );
    }

    /// <summary>The same elements in the same row-major order with another shape; a view, as <c>tensor.view</c>.</summary>
    /// <param name="shape">The new sizes; one may be -1, to be found.</param>
    /// <exception cref="ArgumentException">The shape holds another number of elements.</exception>
    /// <exception cref="InvalidOperationException">
    /// No strides can show it (make it <see cref="Contiguous"/> first); or the tensor is sparse, nested or has channels with their own scales.
    /// </exception>
    public TensorView Reshape(params ReadOnlySpan<long> shape)
    {
        RequireStrided();
        if (Quantization is Quantization.PerChannel)
        {
            throw new InvalidOperationException("A tensor whose channels have their own scales cannot be reshaped.");
        }
        ImmutableArray<long> sizes = ShapeViews.Infer(shape, ElementCount);
        ImmutableArray<long> strides =
            ShapeViews.FindStrides(Shape.AsSpan(), Strides.AsSpan(), sizes.AsSpan())
            ?? throw new InvalidOperationException(
                $"found sizes [{string.Join(", ", Shape)}] with strides [{string.Join(", ", Strides)}], which no view can show as "
                    + $"[{string.Join(", ", sizes)}]: use Contiguous first"
            );
        return Reviewed(sizes, strides, Offset, Quantization);
    }

    /// <summary>The tensor itself where it is contiguous and has no flag to apply, else a copy that is; as <c>tensor.contiguous</c>.</summary>
    /// <exception cref="InvalidOperationException">The tensor is sparse, nested or on the meta device.</exception>
    /// <exception cref="CheckpointException"><see cref="CheckpointErrorKind.ChecksumMismatch"/>.</exception>
    /// <exception cref="ObjectDisposedException">The checkpoint that the storage came from is closed.</exception>
    public TensorView Contiguous()
    {
        RequireStrided();
        if (IsContiguous && !IsConjugated && !IsNegated)
        {
            return this;
        }
        PrepareCopy();
        var bytes = new OwnMemory(ByteCount, isCleared: false);
        for (long done = 0; done < ByteCount; done += ChunkLength)
        {
            int length = (int)Math.Min(ChunkLength, ByteCount - done);
            CopyElements(done / DType.ItemSize * DType.ValuesPerByte, bytes.GetWritableSpan(done, length));
        }
        return new TensorView(
            new Storage(bytes, Storage.DType, Device),
            DType,
            Shape,
            TensorBounds.ContiguousStrides(Shape.AsSpan())
        )
        {
            RequiresGrad = RequiresGrad,
            IsParameter = IsParameter,
            Quantization = Quantization,
        };
    }

    private int RequireDimension(int dimension)
    {
        RequireStrided();
        int d = dimension < 0 ? dimension + Shape.Length : dimension;
        if (d < 0 || d >= Shape.Length)
        {
            throw new ArgumentOutOfRangeException(
                nameof(dimension),
                $"found dimension {dimension}, expected one of {Shape.Length}"
            );
        }
        return d;
    }

    private Quantization? QuantizationOfPart(int dimension, long first, long end, long step) =>
        Quantization is Quantization.PerChannel channels && channels.Axis == dimension
            ? channels with
            {
                Scales = channels.Scales.Slice(0, first, end, step),
                ZeroPoints = channels.ZeroPoints.Slice(0, first, end, step),
            }
            : Quantization;

    private Quantization? QuantizationOfIndex(int dimension, long index)
    {
        if (Quantization is not Quantization.PerChannel channels)
        {
            return Quantization;
        }
        if (channels.Axis != dimension)
        {
            return channels with { Axis = channels.Axis - (dimension < channels.Axis ? 1 : 0) };
        }
        if (channels.ZeroPoints.DType != DType.Int64)
        {
            throw new InvalidOperationException(
                "A channel whose zero point is not an integer cannot stand alone: take it with Narrow."
            );
        }
        return new Quantization.PerTensor(
            channels.Scales.Select(0, index).ReadAs<double>()[0],
            channels.ZeroPoints.Select(0, index).ToArray<long>()[0]
        );
    }

    private TensorView Reviewed(
        ImmutableArray<long> shape,
        ImmutableArray<long> strides,
        long offset,
        Quantization? quantization
    ) =>
        new(Storage, DType, shape, strides, offset)
        {
            RequiresGrad = RequiresGrad,
            IsParameter = IsParameter,
            IsConjugated = IsConjugated,
            IsNegated = IsNegated,
            Quantization = quantization,
        };
}
