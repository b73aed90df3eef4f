using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;

namespace Pth.Tests.Tensors;

public class TensorViewConvertTests
{
    [Theory]
    [InlineData("uint8")]
    [InlineData("int8")]
    [InlineData("bool")]
    [InlineData("float8_e5m2")]
    [InlineData("float8_e4m3fn")]
    [InlineData("float8_e5m2fnuz")]
    [InlineData("float8_e4m3fnuz")]
    [InlineData("float8_e8m0fnu")]
    [InlineData("float4_e2m1fn_x2")]
    public void Every_code_of_a_byte_is_the_number_that_PyTorch_reads(string name)
    {
        byte[] codes = [.. Enumerable.Range(0, 256).Select(code => (byte)code)];
        TensorView view = TensorView.FromBytes(TensorGolden.ParseDType(name), codes, [256]);
        byte[] expected = TensorGolden.Root.GetProperty("tables").Bytes(name);
        Assert.Equal(expected, TensorGolden.Canonical(view.ReadAs<double>()));
        float[] singles = view.ReadAs<float>();
        Assert.Equal(expected, TensorGolden.Canonical([.. singles.Select(value => (double)value)]));
    }

    [Theory]
    [InlineData("float16")]
    [InlineData("bfloat16")]
    [InlineData("int16")]
    [InlineData("uint16")]
    public void Every_code_of_two_bytes_is_the_number_that_PyTorch_reads(string name)
    {
        short[] codes = [.. Enumerable.Range(short.MinValue, 65536).Select(code => (short)code)];
        byte[] bytes = MemoryMarshal.AsBytes(codes.AsSpan()).ToArray();
        TensorView view = TensorView.FromBytes(TensorGolden.ParseDType(name), bytes, [65536]);
        byte[] hash = SHA256.HashData(TensorGolden.Canonical(view.ReadAs<double>()));
        Assert.Equal(
            TensorGolden.Root.GetProperty("hashes").GetProperty(name).GetString(),
            Convert.ToHexStringLower(hash)
        );
    }

    [Fact]
    public void Wide_numbers_are_read_as_PyTorch_reads_them()
    {
        foreach (JsonElement sample in TensorGolden.Cases("samples"))
        {
            TensorView view = TensorView.FromBytes(sample.DType(), sample.Bytes("bytes"), [sample.Long("count")]);
            Assert.Equal(sample.Bytes("values"), TensorGolden.Canonical(view.ReadAs<double>()));
        }
    }

    [Fact]
    public void Bits_are_the_integers_that_they_make()
    {
        foreach (DType dtype in new[] { DType.Bits8, DType.Bits1x8, DType.Bits2x4, DType.Bits4x2 })
        {
            Assert.Equal([1, 255], TensorView.FromBytes(dtype, new byte[] { 1, 255 }, [2]).ReadAs<double>());
        }
        Assert.Equal([511], TensorView.FromBytes(DType.Bits16, new byte[] { 255, 1 }, [1]).ReadAs<double>());
    }

    [Fact]
    public void Quantized_tensors_give_what_dequantize_gives()
    {
        int seen = 0;
        foreach (JsonElement sample in TensorGolden.Cases("quantized"))
        {
            TensorView plain = sample.View(sample.DType(), sample.Bytes("bytes"));
            TensorView view = new(plain.Storage, plain.DType, plain.Shape, plain.Strides)
            {
                Quantization = Quantization(sample),
            };
            double[] expected = sample.Doubles("values");
            double[] values = view.ReadAs<double>();
            // PyTorch takes (q - z) * s, or fma(s, q, -z * s) where its vector code runs: the last bit of float32 differs.
            double unit = (expected.Max(Math.Abs) + LargestZero(view.Quantization)) * Math.Pow(2, -23);
            Assert.All(values.Zip(expected), pair => Assert.InRange(pair.First - pair.Second, -unit, unit));
            Assert.Equal(values, view.ReadAs<float>().Select(value => (double)value));

            long middle = view.ElementCount / 2 / 4 * 4;
            var rest = new double[view.ElementCount - middle];
            view.ReadAs(middle, rest.AsSpan());
            Assert.Equal(values.Skip((int)middle), rest);
            seen++;
        }
        Assert.True(seen > 15);
    }

    // The largest real that a zero point stands for: what PyTorch rounds before it adds.
    private static double LargestZero(Quantization quantization) =>
        quantization switch
        {
            Quantization.PerTensor one => Math.Abs(one.Scale * one.ZeroPoint),
            Quantization.PerChannel many => many
                .Scales.ReadAs<double>()
                .Zip(many.ZeroPoints.ReadAs<double>(), (scale, zero) => Math.Abs(scale * zero))
                .Max(),
            _ => 0,
        };

    private static Quantization Quantization(JsonElement sample)
    {
        if (sample.TryGetProperty("scale", out JsonElement scale))
        {
            return new Quantization.PerTensor(scale.GetDouble(), sample.Long("zero_point"));
        }
        double[] scales = sample.Doubles("scales");
        return new Quantization.PerChannel(
            TensorView.FromArray(scales),
            TensorView.FromBytes(sample.DType("zero_points_dtype"), sample.Bytes("zero_points"), [scales.Length]),
            (int)sample.Long("axis")
        );
    }

    [Fact]
    public void Large_quantized_integers_keep_their_last_bits()
    {
        var plain = TensorView.FromArray(new[] { 16_777_217 });
        TensorView view = new(plain.Storage, DType.QInt32, [1], [1])
        {
            Quantization = new Quantization.PerTensor(1, 16_777_216),
        };
        Assert.Equal([1], view.ReadAs<float>());
        Assert.Equal([1], view.ReadAs<double>());
    }

    [Fact]
    public void Scales_that_do_not_fit_the_shape_are_refused()
    {
        var plain = TensorView.FromArray(new sbyte[2, 3]);
        TensorView one = TensorView.FromArray(new[] { 1.0 });
        TensorView Quantized(int axis) =>
            new(plain.Storage, DType.QInt8, [2, 3], [3, 1])
            {
                Quantization = new Quantization.PerChannel(one, TensorView.FromArray(new[] { 0L }), axis),
            };
        Assert.Throws<InvalidOperationException>(() => Quantized(0).ReadAs<double>());
        Assert.Throws<InvalidOperationException>(() => Quantized(2).ReadAs<double>());
    }

    [Fact]
    public void Conversions_round_as_PyTorch_does()
    {
        foreach (JsonElement sample in TensorGolden.Cases("conversions"))
        {
            DType source = sample.DType("source");
            DType target = sample.DType("target");
            TensorView view = TensorView.FromBytes(source, sample.Bytes("bytes"), [sample.Long("count")]);
            TensorView converted = view.ConvertTo(target);
            var bytes = new byte[converted.ByteCount];
            converted.CopyTo(bytes.AsSpan());
            Assert.True(
                sample.Bytes("converted").AsSpan().SequenceEqual(bytes),
                $"{source} to {target}: {Convert.ToHexString(bytes)} {sample.Text("converted")}"
            );
        }
    }

    [Fact]
    public void A_conversion_keeps_the_shape_and_honours_strides()
    {
        TensorView whole = TensorView.FromArray(
            new short[,]
            {
                { 1, 2, 3 },
                { 4, 5, 6 },
            }
        );
        var transposed = new TensorView(whole.Storage, DType.Int16, [3, 2], [1, 3]);
        TensorView converted = transposed.ConvertTo(DType.Float32);
        Assert.Equal([3, 2], converted.Shape);
        Assert.Equal([1, 4, 2, 5, 3, 6], converted.ToArray<float>());

        TensorView packed = TensorView.FromBytes(DType.Float4E2M1FnX2, new byte[] { 0x21, 0x43 }, [1, 2]);
        Assert.Equal([1, 4], packed.ConvertTo(DType.Float32).Shape);
        Assert.Equal([0.5f, 1, 1.5f, 2], packed.ConvertTo(DType.Float32).ToArray<float>());
    }

    [Fact]
    public void Many_elements_are_converted_part_by_part()
    {
        long[] numbers = [.. Enumerable.Range(0, 200_000).Select(number => (long)number)];
        TensorView converted = TensorView.FromArray(numbers).ConvertTo(DType.Float64);
        Assert.Equal(numbers.Select(number => (double)number), converted.ToArray<double>());
    }

    [Fact]
    public void Wrong_use_is_refused()
    {
        TensorView view = TensorView.FromArray(new[] { 1f, 2 });
        TensorView complex = TensorView.FromBytes(DType.Complex64, new byte[8], [1]);
        Assert.Throws<ArgumentException>(() => view.ConvertTo(DType.Int32));
        Assert.Throws<InvalidOperationException>(() => complex.ConvertTo(DType.Float32));
        Assert.Throws<InvalidOperationException>(() => view.ReadAs<Half>());
        Assert.Throws<ArgumentException>(() => view.ReadAs(1, new double[2].AsSpan()));
        Assert.Throws<ArgumentException>(() => complex.ReadAs(0, new double[1].AsSpan()));
        Assert.Throws<ArgumentOutOfRangeException>(() => view.ReadAs(3, Span<double>.Empty));
    }
}
