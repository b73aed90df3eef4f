using System.Collections.Immutable;

namespace Pth.Tensors;

/// <summary>Which strides show elements with another shape.</summary>
internal static class ShapeViews
{
    /// <summary>Finds the size that was left open as -1.</summary>
    /// <exception cref="ArgumentException">The sizes do not hold so many elements, or not exactly one way to fill the open one exists.</exception>
    public static ImmutableArray<long> Infer(ReadOnlySpan<long> shape, long elementCount)
    {
        int open = shape.IndexOf(-1);
        Int128 known = 1;
        for (int i = 0; i < shape.Length; i++)
        {
            if (i == open)
            {
                continue;
            }
            // A size below -1, or a second open one.
            if (shape[i] < 0)
            {
                throw Misfit(shape, elementCount);
            }
            known = Int128.Min(known * shape[i], long.MaxValue);
        }
        if (open < 0 ? known != elementCount : known == 0 || elementCount % (long)known != 0)
        {
            throw Misfit(shape, elementCount);
        }
        var sizes = ImmutableArray.Create(shape);
        return open < 0 ? sizes : sizes.SetItem(open, elementCount / (long)known);
    }

    /// <returns>The strides; null where no strides can show the elements so.</returns>
    public static ImmutableArray<long>? FindStrides(
        ReadOnlySpan<long> shape,
        ReadOnlySpan<long> strides,
        ReadOnlySpan<long> wanted
    )
    {
        if (shape.Contains(0))
        {
            return shape.SequenceEqual(wanted)
                ? ImmutableArray.Create(strides)
                : TensorBounds.ContiguousStrides(wanted);
        }
        // Chunks that each lie evenly; a wanted dimension must not reach over the edge of one.
        var sizes = new long[shape.Length + 1];
        var steps = new long[shape.Length + 1];
        int chunk = StridedCopy.Collapse(shape, strides, sizes, steps) - 1;
        long left = sizes[chunk];
        long step = steps[chunk];
        var found = new long[wanted.Length];
        for (int i = wanted.Length - 1; i >= 0; i--)
        {
            if (left == 1 && wanted[i] != 1)
            {
                chunk--;
                left = sizes[chunk];
                step = steps[chunk];
            }
            if (left % wanted[i] != 0)
            {
                return null;
            }
            found[i] = step;
            step = unchecked(step * wanted[i]);
            left /= wanted[i];
        }
        return ImmutableArray.Create(found);
    }

    private static ArgumentException Misfit(ReadOnlySpan<long> shape, long elementCount) =>
        new(
            $"found shape [{string.Join(", ", shape.ToArray())}], expected one that holds {elementCount} elements",
            nameof(shape)
        );
}
