using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Pth.Bytes;

namespace Pth.Tensors;

/// <summary>Copies a strided view into row-major order, in one piece or in parts.</summary>
internal static class StridedCopy
{
    // Measured: a tile of 64 rows reads four lines of a page before it goes on to the next page.
    private const int TileRows = 64;
    private const int TileColumns = 16;

    // Shorter runs are copied element by element, as a call for each would cost more.
    private const int ShortRun = 16;
    private const int MaxStackRank = 16;

    /// <param name="source">The storage's bytes, in which the whole view lies.</param>
    /// <param name="itemSize">Bytes an element: 1, 2, 4, 8 or 16.</param>
    /// <param name="shape">The sizes, none of them 0.</param>
    /// <param name="strides">In elements.</param>
    /// <param name="offset">The view's first element in the source.</param>
    /// <param name="first">The element of the row-major sequence to begin with.</param>
    /// <param name="destination">As many elements as are wanted.</param>
    public static void Copy(
        ByteSource source,
        int itemSize,
        ReadOnlySpan<long> shape,
        ReadOnlySpan<long> strides,
        long offset,
        long first,
        Span<byte> destination
    )
    {
        // A file may name any number of dimensions; those that are left after collapsing are 63 at most.
        Span<long> sizes = shape.Length < MaxStackRank ? stackalloc long[MaxStackRank] : new long[shape.Length];
        Span<long> steps = shape.Length < MaxStackRank ? stackalloc long[MaxStackRank] : new long[shape.Length];
        int rank = Collapse(shape, strides, sizes, steps);
        sizes = sizes[..rank];
        steps = steps[..rank];
        if (rank == 1 && steps[0] == 1)
        {
            source.CopyTo((offset + first) * itemSize, destination);
            return;
        }
        switch (itemSize)
        {
            case 1:
                CopyRows<byte>(source, sizes, steps, offset, first, destination);
                break;
            case 2:
                CopyRows<ushort>(source, sizes, steps, offset, first, destination);
                break;
            case 4:
                CopyRows<uint>(source, sizes, steps, offset, first, destination);
                break;
            case 8:
                CopyRows<ulong>(source, sizes, steps, offset, first, destination);
                break;
            default:
                CopyRows<UInt128>(source, sizes, steps, offset, first, destination);
                break;
        }
    }

    /// <summary>Leaves out dimensions of size 1 and joins those that step on where the next one ends.</summary>
    /// <returns>How many are left: at least one.</returns>
    internal static int Collapse(
        ReadOnlySpan<long> shape,
        ReadOnlySpan<long> strides,
        Span<long> sizes,
        Span<long> steps
    )
    {
        int rank = 0;
        for (int i = 0; i < shape.Length; i++)
        {
            if (shape[i] == 1)
            {
                continue;
            }
            if (rank > 0 && steps[rank - 1] == (Int128)strides[i] * shape[i])
            {
                sizes[rank - 1] *= shape[i];
                steps[rank - 1] = strides[i];
                continue;
            }
            sizes[rank] = shape[i];
            steps[rank] = strides[i];
            rank++;
        }
        if (rank == 0)
        {
            sizes[0] = 1;
            steps[0] = 1;
            rank = 1;
        }
        return rank;
    }

    // A row is a run along the last dimension.
    private static void CopyRows<T>(
        ByteSource source,
        ReadOnlySpan<long> sizes,
        ReadOnlySpan<long> steps,
        long offset,
        long first,
        Span<byte> destination
    )
        where T : unmanaged
    {
        var window = new SpanWindow(source);
        Span<T> rest = MemoryMarshal.Cast<byte, T>(destination);
        int outer = sizes.Length - 1;
        long rowLength = sizes[outer];
        long step = steps[outer];
        long column = first % rowLength;
        Span<long> index = stackalloc long[sizes.Length];
        long row = offset + Seek(sizes[..outer], steps[..outer], first / rowLength, index);
        long rowStep = outer > 0 ? steps[outer - 1] : 0;
        // The dimension before the last lies without gaps: a transpose, whose cache lines hold elements of several rows.
        bool isTransposed = rowStep == 1 && step > 1;
        // How far a span of elements reaches.
        int most = int.MaxValue / Unsafe.SizeOf<T>();

        while (!rest.IsEmpty)
        {
            long rows = 1;
            if (outer > 0 && column == 0 && (rowLength - 1) * (Int128)step < most)
            {
                rows = Math.Min(rest.Length / rowLength, sizes[outer - 1] - index[outer - 1]);
                rows = Math.Min(rows, isTransposed ? TileRows : MaxRows(most - ((rowLength - 1) * step), rowStep));
            }
            int count;
            if (rows > 1)
            {
                count = (int)(rows * rowLength);
                int reach = (int)(((rows - 1) * rowStep) + ((rowLength - 1) * step) + 1);
                ReadOnlySpan<T> from = MemoryMarshal.Cast<byte, T>(
                    window.Get(row * Unsafe.SizeOf<T>(), reach * Unsafe.SizeOf<T>())
                );
                if (isTransposed)
                {
                    CopyTile(from, (int)step, (int)rows, (int)rowLength, rest[..count]);
                }
                else
                {
                    CopyBlock(from, (int)rowStep, (int)step, (int)rows, (int)rowLength, rest[..count]);
                }
            }
            else
            {
                rows = 1;
                count = (int)Math.Min(rowLength - column, rest.Length);
                CopyRun(ref window, row + (column * step), step, rest[..count]);
            }
            rest = rest[count..];
            column = 0;
            if (!rest.IsEmpty)
            {
                row += Advance(sizes[..outer], steps[..outer], index, rows);
            }
        }
    }

    // Rows that begin within reach.
    private static long MaxRows(long reach, long rowStep) => rowStep == 0 ? long.MaxValue : ((reach - 1) / rowStep) + 1;

    private static long Seek(ReadOnlySpan<long> sizes, ReadOnlySpan<long> steps, long row, Span<long> index)
    {
        long distance = 0;
        for (int i = sizes.Length - 1; i >= 0; i--)
        {
            (row, index[i]) = Math.DivRem(row, sizes[i]);
            distance += index[i] * steps[i];
        }
        return distance;
    }

    private static long Advance(ReadOnlySpan<long> sizes, ReadOnlySpan<long> steps, Span<long> index, long rows)
    {
        int last = sizes.Length - 1;
        index[last] += rows;
        long distance = rows * steps[last];
        for (int i = last; i > 0 && index[i] == sizes[i]; i--)
        {
            index[i] = 0;
            index[i - 1]++;
            distance += steps[i - 1] - (sizes[i] * steps[i]);
        }
        return distance;
    }

    private static void CopyRun<T>(ref SpanWindow window, long element, long step, Span<T> run)
        where T : unmanaged
    {
        int size = Unsafe.SizeOf<T>();
        if (step == 1)
        {
            window.Get(element * size, run.Length * size).CopyTo(MemoryMarshal.AsBytes(run));
            return;
        }
        if (step == 0)
        {
            run.Fill(MemoryMarshal.Read<T>(window.Get(element * size, size)));
            return;
        }
        // A window holds less than 2 GB.
        long reach = Math.Max(1, int.MaxValue / size / step);
        while (!run.IsEmpty)
        {
            int count = (int)Math.Min(reach, run.Length);
            ReadOnlySpan<T> from = MemoryMarshal.Cast<byte, T>(
                window.Get(element * size, (int)(((count - 1) * step) + 1) * size)
            );
            int position = 0;
            for (int i = 0; i < count; i++)
            {
                run[i] = from[position];
                position = unchecked(position + (int)step);
            }
            run = run[count..];
            element += count * step;
        }
    }

    private static void CopyBlock<T>(
        ReadOnlySpan<T> from,
        int rowStep,
        int step,
        int rows,
        int columns,
        Span<T> destination
    )
        where T : unmanaged
    {
        int start = 0;
        for (int row = 0; row < rows; row++)
        {
            Span<T> line = destination.Slice(row * columns, columns);
            if (step == 1 && columns >= ShortRun)
            {
                from.Slice(start, columns).CopyTo(line);
            }
            else
            {
                int position = start;
                for (int column = 0; column < line.Length; column++)
                {
                    line[column] = from[position];
                    position = unchecked(position + step);
                }
            }
            start = unchecked(start + rowStep);
        }
    }

    private static void CopyTile<T>(ReadOnlySpan<T> from, int step, int rows, int columns, Span<T> destination)
        where T : unmanaged
    {
        // Through a small block of its own: whole lines are read and whole lines are written, wherever the strides put them.
        Span<T> block = stackalloc T[TileRows * TileColumns];
        for (int first = 0; first < columns; first += TileColumns)
        {
            int width = Math.Min(TileColumns, columns - first);
            for (int column = 0; column < width; column++)
            {
                from.Slice((first + column) * step, rows).CopyTo(block[(column * TileRows)..]);
            }
            for (int row = 0; row < rows; row++)
            {
                Span<T> line = destination.Slice((row * columns) + first, width);
                int position = row;
                for (int column = 0; column < line.Length; column++)
                {
                    line[column] = block[position];
                    position = unchecked(position + TileRows);
                }
            }
        }
    }
}
