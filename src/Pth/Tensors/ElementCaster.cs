using System.Collections.Immutable;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Pth.Tensors;

/// <summary>Converts floating-point elements from one type to another, to the bit as <c>tensor.to(dtype)</c> of PyTorch 2.14.1 does.</summary>
/// <remarks>
/// Everything but float64 to float64 goes by way of float32, as in PyTorch, so that a float64 is rounded twice. NaN loses its bits where
/// PyTorch's scalar code loses them; what its AVX code leaves of a NaN depends on the processor.
/// </remarks>
internal sealed class ElementCaster
{
    /// <summary>What is converted in one go: it stays in the core's nearest cache.</summary>
    private const int BlockLength = 1024;

    private const ushort LargestHalf = 0x7BFF;
    private const ushort HalfNaN = 0x7E00;

    private static readonly ImmutableArray<float> E4M3Fn = Table(MiniFloat.E4M3Fn, _ => 0x7FF0_0000);
    private static readonly ImmutableArray<float> E5M2 = Table(
        MiniFloat.E5M2,
        code => 0x7FC0_0000 | ((uint)(code & 3) << 21)
    );
    private static readonly ImmutableArray<float> E4M3Fnuz = Table(MiniFloat.E4M3Fnuz, _ => SignallingNaN);
    private static readonly ImmutableArray<float> E5M2Fnuz = Table(MiniFloat.E5M2Fnuz, _ => SignallingNaN);
    private static readonly ImmutableArray<float> E8M0Fnu = Table(MiniFloat.E8M0Fnu, _ => SignallingNaN);

    private const uint SignallingNaN = 0x7F80_0001;

    private readonly DType _from;
    private readonly DType _to;
    private readonly bool _saturate;
    private readonly FloatTarget _target;
    private readonly MiniFloatEncoder? _mini;

    /// <exception cref="ArgumentException">There is no conversion between the types.</exception>
    public ElementCaster(DType from, DType to, bool saturate)
    {
        if (!CanCastFrom(from))
        {
            throw new ArgumentException(
                $"found {from.TorchName}, expected a floating-point type of which PyTorch converts the elements",
                nameof(from)
            );
        }
        _from = from;
        _to = to;
        _saturate = saturate;
        _target =
            FloatTarget.Find(to)
            ?? throw new ArgumentException($"found {to.TorchName}, expected {SupportedTargets}", nameof(to));
        _mini = to.ItemSize == 1 ? new MiniFloatEncoder(_target, saturate) : null;
    }

    public const string SupportedTargets =
        "float64, float32, float16, bfloat16, float8_e4m3fn, float8_e5m2, float8_e4m3fnuz or float8_e5m2fnuz";

    /// <summary>Whether PyTorch converts elements of this type to others, and they are real floating-point numbers.</summary>
    public static bool CanCastFrom(DType dtype) => dtype.IsFloatingPoint && dtype != DType.Float4E2M1FnX2;

    /// <summary>Whether every number of the one type is one of the other.</summary>
    private bool IsExact => _to == DType.Float64 || (_to == DType.Float32 && _from != DType.Float64);

    /// <param name="source">Whole elements, little-endian.</param>
    /// <param name="destination">Room for exactly as many.</param>
    /// <param name="tally">What it costs is added here.</param>
    public void Cast(ReadOnlySpan<byte> source, Span<byte> destination, ref CastTally tally)
    {
        int fromSize = _from.ItemSize;
        int toSize = _to.ItemSize;
        Span<float> numbers = stackalloc float[BlockLength];
        Span<float> back = stackalloc float[BlockLength];
        for (int left = source.Length / fromSize; left > 0; )
        {
            int count = Math.Min(left, BlockLength);
            ReadOnlySpan<byte> elements = source[..(count * fromSize)];
            Span<byte> made = destination[..(count * toSize)];
            Cast(elements, made, numbers[..count], back[..count], ref tally);
            source = source[elements.Length..];
            destination = destination[made.Length..];
            left -= count;
        }
    }

    private void Cast(
        ReadOnlySpan<byte> elements,
        Span<byte> made,
        Span<float> buffer,
        Span<float> back,
        ref CastTally tally
    )
    {
        if (_from == _to)
        {
            elements.CopyTo(made);
            tally.Elements += buffer.Length;
            return;
        }
        ReadOnlySpan<float> numbers = buffer;
        if (_from == DType.Float32)
        {
            numbers = MemoryMarshal.Cast<byte, float>(elements);
        }
        else
        {
            Decode(_from, elements, buffer);
        }
        if (_from == DType.Float64)
        {
            CastTally unused = default;
            Encode(numbers, made, back, ref unused);
            ReadOnlySpan<double> doubles = MemoryMarshal.Cast<byte, double>(elements);
            if (_to == DType.Float32 && _saturate)
            {
                SaturateSingles(doubles, MemoryMarshal.Cast<byte, float>(made));
            }
            Decode(_to, made, back);
            CastMeasure.AddTo(ref tally, _target, doubles, numbers, back);
        }
        else
        {
            Encode(numbers, made, back, ref tally);
        }
    }

    private void Encode(ReadOnlySpan<float> numbers, Span<byte> made, Span<float> back, ref CastTally tally)
    {
        if (IsExact || _to == DType.Float32)
        {
            if (_to == DType.Float64)
            {
                TensorPrimitives.ConvertTruncating(numbers, MemoryMarshal.Cast<byte, double>(made));
            }
            else
            {
                MemoryMarshal.AsBytes(numbers).CopyTo(made);
            }
            tally.Elements += numbers.Length;
            return;
        }
        var measure = new CastMeasure(_target);
        if (_mini is not null)
        {
            _mini.Encode(numbers, made, ref measure);
        }
        else if (_to == DType.BFloat16)
        {
            BFloat16Codec.Encode(numbers, MemoryMarshal.Cast<byte, ushort>(made), _saturate, ref measure);
        }
        else
        {
            EncodeHalves(numbers, MemoryMarshal.Cast<byte, Half>(made), back, ref measure);
        }
        measure.AddTo(ref tally, numbers);
    }

    private void EncodeHalves(ReadOnlySpan<float> numbers, Span<Half> halves, Span<float> back, ref CastMeasure measure)
    {
        TensorPrimitives.ConvertToHalf(numbers, halves);
        TensorPrimitives.ConvertToSingle(halves, back);
        measure.Add(numbers, back);
        if (measure.IsOrdinary)
        {
            return;
        }
        Span<ushort> codes = MemoryMarshal.Cast<Half, ushort>(halves);
        for (int i = 0; i < numbers.Length; i++)
        {
            uint bits = BitConverter.SingleToUInt32Bits(numbers[i]);
            uint sign = (bits >> 16) & 0x8000;
            if (float.IsNaN(numbers[i]))
            {
                codes[i] = (ushort)(sign | HalfNaN);
            }
            else if (_saturate && float.IsFinite(numbers[i]) && MathF.Abs(numbers[i]) >= _target.Overflow)
            {
                codes[i] = (ushort)(sign | LargestHalf);
            }
        }
    }

    private static void SaturateSingles(ReadOnlySpan<double> doubles, Span<float> singles)
    {
        for (int i = 0; i < singles.Length; i++)
        {
            if (float.IsInfinity(singles[i]) && double.IsFinite(doubles[i]))
            {
                singles[i] = MathF.CopySign(float.MaxValue, singles[i]);
            }
        }
    }

    private static void Decode(DType dtype, ReadOnlySpan<byte> elements, Span<float> numbers)
    {
        switch (dtype)
        {
            case DType.Float64:
                TensorPrimitives.ConvertTruncating(MemoryMarshal.Cast<byte, double>(elements), numbers);
                break;
            case DType.Float32:
                MemoryMarshal.Cast<byte, float>(elements).CopyTo(numbers);
                break;
            case DType.Float16:
                TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(elements), numbers);
                break;
            case DType.BFloat16:
                BFloat16Codec.Decode(MemoryMarshal.Cast<byte, ushort>(elements), numbers);
                break;
            default:
                ReadOnlySpan<float> table = TableOf(dtype).AsSpan();
                for (int i = 0; i < numbers.Length; i++)
                {
                    numbers[i] = table[elements[i]];
                }
                break;
        }
    }

    private static ImmutableArray<float> TableOf(DType dtype) =>
        dtype switch
        {
            DType.Float8E4M3Fn => E4M3Fn,
            DType.Float8E5M2 => E5M2,
            DType.Float8E4M3Fnuz => E4M3Fnuz,
            DType.Float8E5M2Fnuz => E5M2Fnuz,
            _ => E8M0Fnu,
        };

    /// <summary>What each code is as a float, NaN with the bits that PyTorch gives it.</summary>
    private static ImmutableArray<float> Table(ImmutableArray<double> numbers, Func<int, uint> nan) =>
        [
            .. numbers.Select(
                (number, code) =>
                    double.IsNaN(number)
                        ? BitConverter.UInt32BitsToSingle(
                            nan(code) | (nan(code) == SignallingNaN ? 0 : (uint)(code & 0x80) << 24)
                        )
                        : (float)number
            ),
        ];
}
