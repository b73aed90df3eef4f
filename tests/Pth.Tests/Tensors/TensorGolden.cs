using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Pth.Tests.Tensors;

/// <summary>What PyTorch and NumPy say: <c>tests/fixtures/dtypes/golden.json</c>, made by <c>make_dtypes.py</c> beside it.</summary>
internal static class TensorGolden
{
    public static JsonElement Root { get; } = Read();

    public static IEnumerable<JsonElement> Cases(string name) => Root.GetProperty(name).EnumerateArray();

    public static byte[] Bytes(this JsonElement value) => Convert.FromHexString(value.GetString()!);

    public static byte[] Bytes(this JsonElement value, string name) => value.GetProperty(name).Bytes();

    public static double[] Doubles(this JsonElement value) => MemoryMarshal.Cast<byte, double>(value.Bytes()).ToArray();

    public static double[] Doubles(this JsonElement value, string name) => value.GetProperty(name).Doubles();

    public static double Double(this JsonElement value, string name) => value.Doubles(name)[0];

    public static long[] Longs(this JsonElement value, string name) =>
        [.. value.GetProperty(name).EnumerateArray().Select(number => number.GetInt64())];

    public static long Long(this JsonElement value, string name) => value.GetProperty(name).GetInt64();

    public static string Text(this JsonElement value, string name) => value.GetProperty(name).GetString()!;

    public static DType DType(this JsonElement value, string name = "dtype") => ParseDType(value.Text(name));

    public static DType ParseDType(string name)
    {
        Assert.True(DTypes.TryParse(name, out DType? dtype), name);
        return dtype.Value;
    }

    /// <summary>A strided view of bytes as the case describes it.</summary>
    public static TensorView View(this JsonElement value, DType dtype, byte[] bytes) =>
        new(
            TensorView.FromBytes(Pth.DType.UInt8, bytes, [bytes.Length]).Storage,
            dtype,
            ImmutableArray.Create(value.Longs("shape")),
            ImmutableArray.Create(value.Longs("stride")),
            value.TryGetProperty("offset", out JsonElement offset) ? offset.GetInt64() : 0
        );

    /// <summary>The bits, every NaN the same.</summary>
    public static byte[] Canonical(ReadOnlySpan<double> values)
    {
        double[] copy = values.ToArray();
        foreach (ref double value in copy.AsSpan())
        {
            value = double.IsNaN(value) ? BitConverter.UInt64BitsToDouble(0x7FF8000000000000) : value;
        }
        return MemoryMarshal.AsBytes(copy.AsSpan()).ToArray();
    }

    private static JsonElement Read()
    {
        using FileStream stream = File.OpenRead(Path.Combine(Repository.Fixtures, "dtypes", "golden.json"));
        return JsonDocument.Parse(stream).RootElement;
    }
}
