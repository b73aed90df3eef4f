using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;

namespace Pth.Tests.Tensors;

public sealed class CastTests
{
    private static readonly JsonElement Golden = JsonDocument
        .Parse(File.ReadAllText(Path.Combine(Folder, "golden.json")))
        .RootElement;

    private static readonly DType[] Targets =
    [
        DType.Float64,
        DType.Float32,
        DType.Float16,
        DType.BFloat16,
        DType.Float8E4M3Fn,
        DType.Float8E5M2,
        DType.Float8E4M3Fnuz,
        DType.Float8E5M2Fnuz,
    ];

    public static TheoryData<string, string> Pairs()
    {
        var pairs = new TheoryData<string, string>();
        foreach (JsonProperty from in Golden.GetProperty("results").EnumerateObject())
        {
            foreach (JsonProperty to in from.Value.EnumerateObject())
            {
                pairs.Add(from.Name, to.Name);
            }
        }
        return pairs;
    }

    private static string Folder => Path.Combine(Repository.Fixtures, "casts");

    [Fact]
    public void Every_pair_of_types_is_in_the_golden_file() => Assert.Equal((9 * 8) - 8, Pairs().Count);

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Elements_become_to_the_bit_what_PyTorch_makes_of_them(string from, string to)
    {
        TensorView cast = Input(from).Cast(TensorGolden.ParseDType(to));

        Assert.Equal(
            Golden.GetProperty("results").GetProperty(from).GetProperty(to).GetString(),
            Convert.ToHexStringLower(SHA256.HashData(Bytes(cast)))
        );
    }

    [Theory]
    [InlineData("float32", "bfloat16")]
    [InlineData("float32", "float8_e5m2")]
    [InlineData("float16", "float32")]
    [InlineData("float64", "float16")]
    public void Any_part_of_the_bytes_can_be_read_at_any_place(string from, string to)
    {
        TensorView cast = Input(from).Cast(TensorGolden.ParseDType(to));
        byte[] whole = Bytes(Input(from).Cast(TensorGolden.ParseDType(to)));
        var random = new Random(5);
        for (int i = 0; i < 200; i++)
        {
            int offset = random.Next(whole.Length);
            byte[] part = new byte[random.Next(whole.Length - offset + 1)];
            cast.Storage.Data.CopyTo(offset, part);
            Assert.Equal(whole[offset..(offset + part.Length)], part);
        }
        Assert.Equal(whole, cast.Storage.GetSpan(0, whole.Length).ToArray());
    }

    [Fact]
    public void Each_element_counts_once_however_often_and_in_whatever_order_it_is_read()
    {
        float[] numbers =
        [
            .. Enumerable
                .Range(0, 100_000)
                .Select(i =>
                    i % 10 == 0 ? 1e6f
                    : i % 10 == 1 ? 1e-9f
                    : i + 0.1f
                ),
        ];
        var report = new CastReport();
        TensorView cast = TensorView.FromArray(numbers).Cast(DType.Float16, new CastOptions { Report = report });
        int[] starts = [.. Enumerable.Range(0, 100)];
        new Random(1).Shuffle(starts);

        Assert.Equal(0, report.Elements);
        Parallel.ForEach(
            starts,
            start =>
            {
                byte[] part = new byte[2101];
                cast.Storage.Data.CopyTo(start * 2000L, part.AsSpan(0, Math.Min(2101, 200_000 - (start * 2000))));
            }
        );

        Assert.Equal(100_000, report.Elements);
        Assert.Equal(numbers.Count(x => x >= 65520), report.Overflows);
        Assert.Equal(10_000, report.Underflows);
    }

    [Fact]
    public void The_report_is_what_a_comparison_of_input_and_output_gives()
    {
        foreach (string from in (string[])["float32", "float64", "float16", "bfloat16", "float8_e5m2"])
        {
            foreach (DType to in Targets)
            {
                if (to.TorchName == from)
                {
                    continue;
                }
                double[] made = Read(Input(from).Cast(to));
                (long overflows, long underflows, double worst) = Compare(Input(from).ReadAs<double>(), made, to);
                foreach (bool saturate in (bool[])[false, true])
                {
                    var report = new CastReport();
                    TensorView cast = Input(from).Cast(to, new CastOptions { Report = report, Saturate = saturate });

                    Bytes(cast);

                    Assert.Equal(made.Length, report.Elements);
                    Assert.Equal((from, to, overflows), (from, to, report.Overflows));
                    Assert.Equal((from, to, underflows), (from, to, report.Underflows));
                    Assert.Equal(worst, report.LargestRelativeError, worst * 1e-6);
                }
            }
        }
    }

    [Fact]
    public void Saturated_numbers_become_the_largest_there_is_and_infinity_stays()
    {
        float[] numbers = [1e30f, -1e30f, float.MaxValue, float.PositiveInfinity, float.NegativeInfinity, float.NaN, 1];
        foreach (DType to in Targets.Except([DType.Float64, DType.Float32, DType.BFloat16]))
        {
            TensorView cast = TensorView.FromArray(numbers).Cast(to, new CastOptions { Saturate = true });
            double[] made = Read(cast);

            bool hasInfinity = to is DType.Float16 or DType.Float8E5M2;
            double infinity = hasInfinity ? double.PositiveInfinity : Largest(to);
            Assert.Equal([Largest(to), -Largest(to), Largest(to), infinity, -infinity, double.NaN, 1], made);
        }
        TensorView brain = TensorView.FromArray(numbers).Cast(DType.BFloat16, new CastOptions { Saturate = true });
        Assert.Equal(Largest(DType.BFloat16), brain.ReadAs<double>()[2]);
        Assert.Equal(double.PositiveInfinity, brain.ReadAs<double>()[3]);
        TensorView single = TensorView
            .FromArray(new double[] { 1e300, -1e300, double.PositiveInfinity })
            .Cast(DType.Float32, new CastOptions { Saturate = true });
        Assert.Equal([float.MaxValue, -float.MaxValue, float.PositiveInfinity], single.ToArray<float>());
    }

    [Fact]
    public void Strided_views_keep_their_strides_and_are_converted_where_they_lie()
    {
        float[] numbers = [.. Enumerable.Range(0, 70 * 300).Select(i => i * 0.7f)];
        TensorView transposed = TensorView.FromArray(numbers, [300, 70]).Transpose(0, 1);
        var report = new CastReport();

        TensorView cast = transposed.Cast(DType.BFloat16, new CastOptions { Report = report });

        Assert.Equal([1, 70], cast.Strides);
        BFloat16[] expected = [.. transposed.ToArray<float>().Select(BFloat16.FromSingle)];
        Assert.Equal(expected, cast.ToArray<BFloat16>());
        Assert.Equal(expected.Length, report.Elements);
        Assert.Equal(expected, MemoryMarshal.Cast<byte, BFloat16>(Bytes(cast)).ToArray());
    }

    [Fact]
    public void What_is_no_real_floating_point_number_is_refused()
    {
        Assert.Throws<InvalidOperationException>(() => TensorView.FromArray(new long[2]).Cast(DType.Float16));
        Assert.Throws<InvalidOperationException>(() =>
            TensorView.FromBytes(DType.Float4E2M1FnX2, new byte[2], [2]).Cast(DType.Float16)
        );
        Assert.Throws<ArgumentException>(() => TensorView.FromArray(new float[2]).Cast(DType.Int8));
        Assert.Throws<ArgumentException>(() => TensorView.FromArray(new float[2]).Cast(DType.Float8E8M0Fnu));
        TensorView same = TensorView.FromArray(new float[2]);
        Assert.Same(same, same.Cast(DType.Float32));
    }

    private static (long Overflows, long Underflows, double Worst) Compare(double[] original, double[] made, DType to)
    {
        (long overflows, long underflows, double worst) = (0, 0, 0);
        for (int i = 0; i < made.Length; i++)
        {
            double size = Math.Abs(original[i]);
            if (!double.IsFinite(original[i]) || size == 0)
            {
                continue;
            }
            // This type has the same number for what it can just hold and for all that is larger.
            if (to == DType.Float8E4M3Fn ? size > 464 && (float)size > 464 : !double.IsFinite(made[i]))
            {
                overflows++;
            }
            else if (made[i] == 0)
            {
                underflows++;
            }
            else
            {
                worst = Math.Max(worst, Math.Abs(made[i] - original[i]) / size);
            }
        }
        return (overflows, underflows, worst);
    }

    private static double[] Read(TensorView cast) =>
        TensorView.FromBytes(cast.DType, Bytes(cast), [cast.ElementCount]).ReadAs<double>();

    private static double Largest(DType dtype) =>
        dtype switch
        {
            DType.Float64 => double.MaxValue,
            DType.Float32 => float.MaxValue,
            DType.Float16 => 65504,
            DType.BFloat16 => 255 * Math.ScaleB(1, 120),
            DType.Float8E4M3Fn => 448,
            DType.Float8E4M3Fnuz => 240,
            _ => 57344,
        };

    private static TensorView Input(string name)
    {
        DType dtype = TensorGolden.ParseDType(name);
        byte[] bytes = dtype.ItemSize switch
        {
            1 => [.. Enumerable.Range(0, 256).Select(code => (byte)code)],
            2 => MemoryMarshal
                .AsBytes(Enumerable.Range(0, 65536).Select(code => (ushort)code).ToArray().AsSpan())
                .ToArray(),
            _ => File.ReadAllBytes(Path.Combine(Folder, $"{name}.bin")),
        };
        return TensorView.FromBytes(dtype, bytes, [bytes.Length / dtype.ItemSize]);
    }

    private static byte[] Bytes(TensorView tensor)
    {
        byte[] bytes = new byte[tensor.ByteCount];
        tensor.CopyTo(bytes.AsSpan());
        return bytes;
    }
}
