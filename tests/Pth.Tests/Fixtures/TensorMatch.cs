using System.Text.Json;

namespace Pth.Tests.Fixtures;

/// <summary>Compares the tensors of a checkpoint with what PyTorch found in it.</summary>
internal static class TensorMatch
{
    /// <summary>All of them, by name and in the same order, to the hash; and the same ones share storages.</summary>
    public static void CheckAll(IReadOnlyList<ExpectedTensor> expected, IReadOnlyList<NamedTensor> actual)
    {
        Assert.Equal(expected.Where(row => row.Layout is null).Select(row => row.Name), actual.Select(t => t.Name));
        Dictionary<string, NamedTensor> byName = ByName(actual);
        var storages = new Dictionary<int, Storage>();
        foreach (ExpectedTensor row in expected)
        {
            if (row.Layout is not null)
            {
                Assert.Contains(actual, t => t.Part is not null && t.Name == $"{row.Name}.{t.Part}");
                continue;
            }
            TensorView tensor = byName[row.Name].Tensor;
            Check(row, tensor);
            if (row.Shared is { } number)
            {
                Assert.Equal(storages.TryGetValue(number, out Storage? known), storages.ContainsValue(tensor.Storage));
                Assert.Same(known ?? tensor.Storage, tensor.Storage);
                storages[number] = tensor.Storage;
            }
        }
    }

    /// <summary>One of them.</summary>
    public static void Check(ExpectedTensor row, TensorView tensor)
    {
        var expected = (row.Name, row.DType, Text(row.Shape), Text(row.Strides), row.Offset, row.StorageBytes);
        Assert.Equal(
            expected,
            (
                row.Name,
                tensor.DType.TorchName,
                Text(tensor.Shape),
                Text(tensor.Strides),
                tensor.Offset,
                tensor.Storage.ByteCount
            )
        );
        Assert.Equal(
            (row.Name, row.Device, row.RequiresGrad, row.IsParameter),
            (row.Name, tensor.Device, tensor.RequiresGrad, tensor.IsParameter)
        );
        CheckQuantization(row, tensor);
        if (row.Sha256 is not null)
        {
            Assert.Equal((row.Name, row.Sha256), (row.Name, Convert.ToHexStringLower(tensor.Sha256())));
        }
    }

    private static Dictionary<string, NamedTensor> ByName(IReadOnlyList<NamedTensor> tensors)
    {
        var byName = new Dictionary<string, NamedTensor>(StringComparer.Ordinal);
        foreach (NamedTensor tensor in tensors)
        {
            // Two keys can make one path (1 and '1'); the order of the names was compared before.
            byName[tensor.Name] = tensor;
        }
        return byName;
    }

    private static void CheckQuantization(ExpectedTensor row, TensorView tensor)
    {
        if (row.Quantization is not { } expected)
        {
            Assert.Null(tensor.Quantization);
            return;
        }
        switch (tensor.Quantization)
        {
            case Quantization.PerTensor one:
                Assert.Equal("per_tensor_affine", expected.GetProperty("scheme").GetString());
                Assert.Equal(expected.GetProperty("scale").GetDouble(), one.Scale);
                Assert.Equal(expected.GetProperty("zero_point").GetInt64(), one.ZeroPoint);
                break;
            case Quantization.PerChannel many:
                Assert.Equal("per_channel_affine", expected.GetProperty("scheme").GetString());
                Assert.Equal(expected.GetProperty("axis").GetInt32(), many.Axis);
                Assert.Equal(
                    expected.GetProperty("scales").EnumerateArray().Select(e => e.GetDouble()),
                    many.Scales.ToArray<double>()
                );
                Assert.Equal(
                    expected.GetProperty("zero_points").EnumerateArray().Select(e => e.GetInt64()),
                    many.ZeroPoints.ToArray<long>()
                );
                break;
            default:
                Assert.Fail($"{row.Name} is not quantized");
                break;
        }
    }

    private static string Text(IEnumerable<long>? numbers) => $"[{string.Join(", ", numbers ?? [])}]";
}
