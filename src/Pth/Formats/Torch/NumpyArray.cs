using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;
using Pth.Bytes;

namespace Pth.Formats.Torch;

/// <summary>Reads a pickled NumPy array as a tensor.</summary>
/// <remarks>
/// The array is <c>_reconstruct(ndarray, (0,), b'b')</c> with the state (version, shape, dtype, is_fortran_order, bytes); its
/// type is <c>dtype('f4', False, True)</c> with the state (version, byte order, ...). Source: NumPy's <c>ndarray.__reduce__</c>.
/// </remarks>
internal static class NumpyArray
{
    /// <summary>Reads an array as a tensor of its own type.</summary>
    /// <returns>The tensor; null when the value is no array of plain numbers.</returns>
    public static TensorView? TryRead(PyValue value) =>
        Parts.TryRead(value) is { } parts ? View(parts, parts.Bytes, parts.DType) : null;

    /// <summary>Reads an array as a tensor of a type.</summary>
    /// <returns>The tensor; null when the value is no array of plain numbers of this type.</returns>
    public static TensorView? TryRead(PyValue value, DType dtype)
    {
        if (Parts.TryRead(value) is not { } parts)
        {
            return null;
        }
        if (parts.DType == dtype)
        {
            return View(parts, parts.Bytes, dtype);
        }
        // NumPy has no bfloat16: PyTorch widens it before, which loses nothing.
        return
            parts is { DType: DType.Float32, IsSwapped: false }
            && dtype == DType.BFloat16
            && parts.Bytes.Length % sizeof(float) == 0
            ? View(parts, UpperHalves(parts.Bytes.Span), dtype)
            : null;
    }

    private static TensorView? View(Parts parts, ReadOnlyMemory<byte> data, DType dtype)
    {
        ImmutableArray<long> shape = parts.Shape;
        ImmutableArray<long> strides = parts.IsFortran
            ? FortranStrides(shape)
            : TensorBounds.ContiguousStrides(shape.AsSpan());
        if (
            TensorBounds.FindFault(data.Length, dtype, shape.AsSpan(), strides.AsSpan(), 0) is not null
            || data.Length % dtype.ItemSize != 0
        )
        {
            return null;
        }
        ByteSource source = new MemorySource(data);
        source = parts.IsSwapped ? ByteSwapSource.Create(source, dtype.SwapSize) : source;
        return new TensorView(new Storage(source, dtype), dtype, shape, strides);
    }

    /// <summary>The element type that NumPy gives a letter and a size in bytes; null where PyTorch has no such numbers.</summary>
    /// <param name="code">As in <c>f4</c>, without the byte order.</param>
    public static DType? FindType(string code) =>
        code switch
        {
            "f2" => DType.Float16,
            "f4" => DType.Float32,
            "f8" => DType.Float64,
            "i1" => DType.Int8,
            "i2" => DType.Int16,
            "i4" => DType.Int32,
            "i8" => DType.Int64,
            "u1" => DType.UInt8,
            "u2" => DType.UInt16,
            "u4" => DType.UInt32,
            "u8" => DType.UInt64,
            "b1" => DType.Bool,
            "c8" => DType.Complex64,
            "c16" => DType.Complex128,
            _ => null,
        };

    private static byte[] UpperHalves(ReadOnlySpan<byte> floats)
    {
        var halves = new byte[floats.Length / 2];
        ReadOnlySpan<ushort> from = MemoryMarshal.Cast<byte, ushort>(floats);
        Span<ushort> to = MemoryMarshal.Cast<byte, ushort>(halves.AsSpan());
        for (int i = 0; i < to.Length; i++)
        {
            to[i] = from[(2 * i) + 1];
        }
        return halves;
    }

    /// <summary>Column-major strides.</summary>
    public static ImmutableArray<long> FortranStrides(ImmutableArray<long> shape)
    {
        ImmutableArray<long> reversed = TensorBounds.ContiguousStrides([.. shape.Reverse()]);
        return [.. reversed.Reverse()];
    }

    /// <summary>What the pickle says of an array.</summary>
    /// <param name="Shape">The sizes, as the file says them.</param>
    /// <param name="DType">The type.</param>
    /// <param name="Bytes">The numbers.</param>
    /// <param name="IsFortran">Whether the first dimension runs fastest.</param>
    /// <param name="IsSwapped">Whether the highest byte of each number comes first.</param>
    private sealed record Parts(
        ImmutableArray<long> Shape,
        DType DType,
        ReadOnlyMemory<byte> Bytes,
        bool IsFortran,
        bool IsSwapped
    )
    {
        public static Parts? TryRead(PyValue value) =>
            value switch
            {
                PyObject { Global: { Name: "_reconstruct" } function, State: PyTuple { Count: 5 } state }
                    when IsNumpy(function) && state[3] is PyBool order => TryMake(
                    state[1],
                    state[2],
                    state[4],
                    order.Value
                ),
                // Protocol 5.
                PyObject { Global: { Name: "_frombuffer" } function, Arguments: PyTuple { Count: 4 } arguments }
                    when IsNumpy(function) && arguments[3] is PyString { Value: "C" or "F" } order => TryMake(
                    arguments[2],
                    arguments[1],
                    arguments[0],
                    order.Value == "F"
                ),
                _ => null,
            };

        private static bool IsNumpy(PyGlobal function) =>
            function.Module.StartsWith("numpy.", StringComparison.Ordinal);

        private static Parts? TryMake(PyValue shape, PyValue type, PyValue data, bool isFortran)
        {
            ReadOnlyMemory<byte>? bytes = data switch
            {
                PyBytes plain => plain.Value,
                // Python 2 has no bytes; what was read as text was UTF-8 and is so again.
                PyString text => Encoding.UTF8.GetBytes(text.Value),
                _ => null,
            };
            if (
                bytes is null
                || RebuildArguments.AsLongs(shape) is not { } sizes
                || type
                    is not PyObject
                    {
                        Global: { Module: "numpy", Name: "dtype" },
                        Arguments: PyTuple { Count: >= 1 } names
                    } made
                || names[0] is not PyString code
                || FindType(code.Value) is not { } dtype
            )
            {
                return null;
            }
            bool isSwapped = made.State is PyTuple { Count: >= 2 } state && state[1] is PyString { Value: ">" };
            return new Parts(sizes, dtype, bytes.Value, isFortran, isSwapped);
        }
    }
}
