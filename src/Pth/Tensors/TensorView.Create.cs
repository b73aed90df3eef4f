using System.Collections.Immutable;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Pth.Bytes;
using Pth.Tensors;

namespace Pth;

public sealed partial class TensorView
{
    /// <summary>Makes a tensor with the elements, rank and sizes of an array: <c>float[]</c>, <c>long[,]</c>, <c>Half[,,]</c>. Copies.</summary>
    /// <param name="array">
    /// An array (not one of arrays) of byte, sbyte, short, int, long, ushort, uint, ulong, Half, BFloat16, float, double,
    /// Complex (complex128) or bool.
    /// </param>
    /// <exception cref="ArgumentException">PyTorch has no such element type.</exception>
    public static TensorView FromArray(Array array)
    {
        ArgumentNullException.ThrowIfNull(array);
        Type type = array.GetType().GetElementType()!;
        DType dtype =
            ElementTypes.Find(type)
            ?? throw new ArgumentException(
                $"found an array of {type.Name}, expected one of {ElementTypes.Supported}",
                nameof(array)
            );
        ElementTypes.RequireLittleEndian();

        var shape = new long[array.Rank];
        for (int i = 0; i < shape.Length; i++)
        {
            shape[i] = array.GetLongLength(i);
        }
        ByteSource copy = type switch
        {
            _ when type == typeof(bool) => Copy<bool>(array),
            _ when type == typeof(Complex) => Copy<Complex>(array),
            _ when dtype.ItemSize == 1 => Copy<byte>(array),
            _ when dtype.ItemSize == 2 => Copy<ushort>(array),
            _ when dtype.ItemSize == 4 => Copy<uint>(array),
            _ => Copy<ulong>(array),
        };
        return OfWhole(copy, dtype, shape);

        static TypedMemorySource<T> Copy<T>(Array array)
            where T : unmanaged
        {
            // Arrays of any rank are laid out in row-major order; T has the size of their elements.
            ref T first = ref Unsafe.As<byte, T>(ref MemoryMarshal.GetArrayDataReference(array));
            return new TypedMemorySource<T>(MemoryMarshal.CreateReadOnlySpan(ref first, array.Length).ToArray());
        }
    }

    /// <summary>Makes a tensor of elements in row-major order. Copies.</summary>
    /// <typeparam name="T">See <see cref="FromArray(Array)"/>.</typeparam>
    /// <param name="elements">The elements.</param>
    /// <param name="shape">The size of each dimension, in elements; empty for a scalar.</param>
    /// <exception cref="ArgumentException">PyTorch has no such element type, or the shape holds another number of elements.</exception>
    public static TensorView FromArray<T>(T[] elements, ReadOnlySpan<long> shape)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(elements);
        return FromMemory<T>(elements.ToArray(), shape);
    }

    /// <summary>Makes a tensor of elements in row-major order. Does not copy: a change of the memory changes the tensor.</summary>
    /// <typeparam name="T">See <see cref="FromArray(Array)"/>.</typeparam>
    /// <param name="elements">The elements.</param>
    /// <param name="shape">The size of each dimension, in elements; empty for a scalar.</param>
    /// <exception cref="ArgumentException">PyTorch has no such element type, or the shape holds another number of elements.</exception>
    public static TensorView FromMemory<T>(ReadOnlyMemory<T> elements, ReadOnlySpan<long> shape)
        where T : unmanaged
    {
        DType dtype = ElementTypes.Get<T>(nameof(elements));
        ElementTypes.RequireLittleEndian();
        return OfWhole(new TypedMemorySource<T>(elements), dtype, shape);
    }

    /// <summary>
    /// Makes a tensor of little-endian bytes in row-major order: for every element type, also those that .NET lacks.
    /// Does not copy: a change of the memory changes the tensor.
    /// </summary>
    /// <param name="dtype">The element type.</param>
    /// <param name="bytes">The elements without gaps; a complex number is its real part, then its imaginary part.</param>
    /// <param name="shape">The size of each dimension, in elements; empty for a scalar.</param>
    /// <exception cref="ArgumentException">The shape holds another number of bytes.</exception>
    public static TensorView FromBytes(DType dtype, ReadOnlyMemory<byte> bytes, ReadOnlySpan<long> shape) =>
        OfWhole(new MemorySource(bytes), dtype, shape);

    /// <summary>Makes a tensor of no dimensions: one number.</summary>
    /// <typeparam name="T">See <see cref="FromArray(Array)"/>.</typeparam>
    /// <param name="value">The number.</param>
    /// <exception cref="ArgumentException">PyTorch has no such element type.</exception>
    public static TensorView Scalar<T>(T value)
        where T : unmanaged => FromMemory<T>(new[] { value }, []);

    /// <summary>Makes a tensor whose bytes are all 0.</summary>
    /// <param name="dtype">The element type.</param>
    /// <param name="shape">The size of each dimension, in elements; empty for a scalar.</param>
    /// <exception cref="ArgumentException">A size is negative, or the elements are more than 64 bits can count.</exception>
    public static TensorView Zeros(DType dtype, ReadOnlySpan<long> shape)
    {
        long length = CheckedBytes(dtype, shape);
        return OfWhole(new OwnMemory(length, isCleared: true), dtype, shape);
    }

    /// <summary>Makes a tensor of all of a storage, whose size is known to be that of the shape.</summary>
    internal static TensorView OfProved(Storage storage, DType dtype, ImmutableArray<long> shape) =>
        new(storage, dtype, shape);

    private static TensorView OfWhole(ByteSource bytes, DType dtype, ReadOnlySpan<long> shape)
    {
        long length = CheckedBytes(dtype, shape);
        if (length != bytes.Length)
        {
            throw new ArgumentException(
                $"found {bytes.Length} bytes, expected {length} for {dtype.TorchName} [{Join(shape)}]",
                nameof(shape)
            );
        }
        return new TensorView(
            new Storage(bytes, dtype),
            dtype,
            ImmutableArray.Create(shape),
            TensorBounds.ContiguousStrides(shape)
        );
    }

    private static long CheckedBytes(DType dtype, ReadOnlySpan<long> shape)
    {
        ImmutableArray<long> strides = TensorBounds.ContiguousStrides(shape);
        if (TensorBounds.FindFault(long.MaxValue, dtype, shape, strides.AsSpan(), 0) is { } fault)
        {
            throw new ArgumentException($"found {fault.Found}, expected {fault.Expected}", nameof(shape));
        }
        return dtype.BytesOf(TensorBounds.CountElements(shape));
    }

    private static string Join(ReadOnlySpan<long> shape) => string.Join(", ", shape.ToArray());
}
