using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Pth.Bytes;

namespace Pth.Formats.Torch;

/// <summary>Reads a pickled NumPy array as a tensor.</summary>
/// <remarks>
/// The array is <c>_reconstruct(ndarray, (0,), b'b')</c> with the state (version, shape, dtype, is_fortran_order, bytes); its
/// type is <c>dtype('f4', False, True)</c> with the state (version, byte order, ...). Source: NumPy's <c>ndarray.__reduce__</c>.
/// </remarks>
internal static class NumpyArray
{
    /// <returns>The tensor; null when the value is no array of plain numbers of this type.</returns>
    public static TensorView? TryRead(PyValue value, DType dtype)
    {
        if (
            value
                is not PyObject { Global.Name: "_reconstruct", State: PyTuple { Count: 5 } state, LaterStates.Count: 0 }
            || RebuildArguments.AsLongs(state[1]) is not { } shape
            || state[2] is not PyObject { Global: { Module: "numpy", Name: "dtype" }, LaterStates.Count: 0 } type
            || state[3] is not PyBool isFortran
            || state[4] is not PyBytes bytes
            || TypeOf(type) is not { } stored
        )
        {
            return null;
        }
        ReadOnlyMemory<byte> data = bytes.Value;
        if (stored == DType.Float32 && dtype == DType.BFloat16 && data.Length % sizeof(float) == 0)
        {
            // NumPy has no bfloat16: PyTorch widens it before, which loses nothing.
            data = UpperHalves(data.Span);
            stored = dtype;
        }
        ImmutableArray<long> strides = isFortran.Value
            ? FortranStrides(shape)
            : TensorBounds.ContiguousStrides(shape.AsSpan());
        return
            stored == dtype && TensorBounds.FindFault(data.Length, dtype, shape.AsSpan(), strides.AsSpan(), 0) is null
            ? new TensorView(new Storage(new MemorySource(data), dtype), dtype, shape, strides)
            : null;
    }

    private static DType? TypeOf(PyObject type)
    {
        bool little = type.State is not PyTuple { Count: >= 2 } state || state[1] is not PyString { Value: ">" };
        if (!little || type.Arguments is not PyTuple { Count: >= 1 } arguments || arguments[0] is not PyString code)
        {
            return null;
        }
        return code.Value switch
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
    }

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

    private static ImmutableArray<long> FortranStrides(ImmutableArray<long> shape)
    {
        ImmutableArray<long> reversed = TensorBounds.ContiguousStrides([.. shape.Reverse()]);
        return [.. reversed.Reverse()];
    }
}
