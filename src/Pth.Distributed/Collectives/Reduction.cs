using System.Numerics;
using System.Numerics.Tensors;

namespace Pth.Distributed.Collectives;

/// <summary>
/// Makes the values of all ranks one, always in the order of the ranks, whatever order they came in: every rank, and every kind of group, gets
/// the same bits. float16 and bfloat16 are summed in float32 and rounded once.
/// </summary>
internal static unsafe class Reduction
{
    /// <summary>So that what is summed up stays in the first-level cache.</summary>
    private const int Block = 2048;

    /// <param name="element">The type of the elements.</param>
    /// <param name="op">How values become one.</param>
    /// <param name="sources">The address of each rank's elements.</param>
    /// <param name="target">Where the result goes; may be one of the sources.</param>
    /// <param name="count">The elements.</param>
    public static void Run(ElementKind element, ReduceOp op, ReadOnlySpan<nint> sources, byte* target, long count)
    {
        switch (element)
        {
            case ElementKind.Float32:
                Native<float>(op, sources, target, count);
                break;
            case ElementKind.Float64:
                Native<double>(op, sources, target, count);
                break;
            case ElementKind.Int64:
                Native<long>(op, sources, target, count);
                break;
            case ElementKind.Int32:
                Native<int>(op, sources, target, count);
                break;
            case ElementKind.Int16:
                Native<short>(op, sources, target, count);
                break;
            case ElementKind.Int8:
                Native<sbyte>(op, sources, target, count);
                break;
            case ElementKind.UInt8:
                Native<byte>(op, sources, target, count);
                break;
            case ElementKind.Bool:
                // Stored as 0 and 1: "any" is the greatest.
                Native<byte>(ReduceOp.Max, sources, target, count);
                break;
            default:
                Widened(element, op, sources, target, count);
                break;
        }
    }

    private static void Native<T>(ReduceOp op, ReadOnlySpan<nint> sources, byte* target, long count)
        where T : unmanaged, INumber<T>
    {
        Span<T> sum = stackalloc T[Block];
        for (long at = 0; at < count; at += Block)
        {
            int length = (int)Math.Min(Block, count - at);
            Span<T> output = new((T*)target + at, length);
            if (sources.Length == 1)
            {
                Source<T>(sources[0], at, length).CopyTo(output);
                continue;
            }
            // With two ranks the result may be written at once; with more it would cover a source that is still to be read.
            Span<T> accumulated = sources.Length == 2 ? output : sum[..length];
            Combine(op, Source<T>(sources[0], at, length), Source<T>(sources[1], at, length), accumulated);
            for (int rank = 2; rank < sources.Length; rank++)
            {
                Combine(op, accumulated, Source<T>(sources[rank], at, length), accumulated);
            }
            if (op == ReduceOp.Average)
            {
                TensorPrimitives.Divide(accumulated, T.CreateChecked(sources.Length), output);
            }
            else if (sources.Length > 2)
            {
                accumulated.CopyTo(output);
            }
        }
    }

    private static ReadOnlySpan<T> Source<T>(nint source, long at, int length)
        where T : unmanaged => new((T*)source + at, length);

    private static void Combine<T>(ReduceOp op, ReadOnlySpan<T> left, ReadOnlySpan<T> right, Span<T> result)
        where T : unmanaged, INumber<T>
    {
        if (op == ReduceOp.Max)
        {
            TensorPrimitives.Max(left, right, result);
        }
        else
        {
            TensorPrimitives.Add(left, right, result);
        }
    }

    private static void Widened(ElementKind element, ReduceOp op, ReadOnlySpan<nint> sources, byte* target, long count)
    {
        Span<float> sum = stackalloc float[Block];
        Span<float> next = stackalloc float[Block];
        for (long at = 0; at < count; at += Block)
        {
            int length = (int)Math.Min(Block, count - at);
            Widen(element, sources[0], at, sum[..length]);
            for (int rank = 1; rank < sources.Length; rank++)
            {
                Widen(element, sources[rank], at, next[..length]);
                Combine(op, sum[..length], next[..length], sum[..length]);
            }
            if (op == ReduceOp.Average)
            {
                TensorPrimitives.Divide(sum[..length], sources.Length, sum[..length]);
            }
            if (element == ElementKind.Float16)
            {
                TensorPrimitives.ConvertToHalf(sum[..length], new Span<Half>((Half*)target + at, length));
            }
            else
            {
                BFloat16Lanes.Narrow(sum[..length], new Span<ushort>((ushort*)target + at, length));
            }
        }
    }

    private static void Widen(ElementKind element, nint source, long at, Span<float> target)
    {
        if (element == ElementKind.Float16)
        {
            TensorPrimitives.ConvertToSingle(Source<Half>(source, at, target.Length), target);
        }
        else
        {
            BFloat16Lanes.Widen(Source<ushort>(source, at, target.Length), target);
        }
    }
}
