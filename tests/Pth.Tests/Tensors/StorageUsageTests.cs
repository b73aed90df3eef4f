using CsCheck;
using Pth.Tensors;

namespace Pth.Tests.Tensors;

public class StorageUsageTests
{
    [Fact]
    public void Views_of_one_storage_are_counted_as_a_plain_loop_counts_them() =>
        StridedViews
            .Any.Array[1, 3]
            .Sample(
                views =>
                {
                    var bytes = new byte[views.Max(view => view.Bytes.Length)];
                    Storage storage = TensorView.FromBytes(DType.UInt8, bytes, [bytes.Length]).Storage;
                    foreach (StridedViews.Case view in views)
                    {
                        for (long i = 0; i < view.Count; i++)
                        {
                            Array.Fill(bytes, (byte)1, (int)(view.ElementAt(i) * view.ItemSize), view.ItemSize);
                        }
                    }
                    long used = bytes.Count(b => b == 1);
                    Assert.Equal(used, StorageUsage.CountUsedBytes(storage, views.Select(view => view.View(storage))));
                },
                iter: 1_000
            );

    [Fact]
    public void Tensors_on_other_storages_do_not_count()
    {
        TensorView one = TensorView.FromArray(new float[10]);
        TensorView other = TensorView.FromArray(new float[10]);
        Assert.Equal(0, StorageUsage.CountUsedBytes(one.Storage, [other]));
        Assert.Equal(12, StorageUsage.CountUsedBytes(one.Storage, [other, one.Narrow(0, 4, 3)]));
    }

    [Fact]
    public void Parts_and_scales_count()
    {
        TensorView values = TensorView.FromArray(new float[10]);
        TensorView sparse = TensorView.FromParts(
            TensorLayout.SparseCoo,
            DType.Float32,
            [9],
            [new("indices", TensorView.FromArray(new long[1, 2])), new("values", values.Narrow(0, 0, 2))]
        );
        Assert.Equal(8, StorageUsage.CountUsedBytes(values.Storage, [sparse]));
        Assert.Equal(16, StorageUsage.CountUsedBytes(sparse.Parts[0].Tensor.Storage, [sparse]));
        TensorView scales = TensorView.FromArray(new double[4]);
        var quantized = new TensorView(values.Storage, DType.QInt8, [2, 2], [2, 1])
        {
            Quantization = new Quantization.PerChannel(scales.Narrow(0, 0, 2), TensorView.FromArray(new long[2]), 0),
        };
        Assert.Equal(16, StorageUsage.CountUsedBytes(scales.Storage, [quantized]));
    }

    [Fact]
    public void A_view_of_very_many_gaps_counts_as_all_between_its_ends()
    {
        TensorView every = TensorView.FromArray(new byte[400_000]);
        Assert.Equal(60_000, StorageUsage.CountUsedBytes(every.Storage, [every.Slice(0, 0, 120_000, 2)]));
        Assert.Equal(399_999, StorageUsage.CountUsedBytes(every.Storage, [every.Slice(0, 0, 400_000, 2)]));
    }

    [Fact]
    public void Expanded_and_packed_tensors_waste_nothing()
    {
        TensorView one = TensorView.Scalar(1f);
        var expanded = new TensorView(one.Storage, DType.Float32, [1L << 40], [0]);
        Assert.Equal(4, StorageUsage.CountUsedBytes(one.Storage, [expanded]));
        TensorView packed = TensorView.FromBytes(DType.UInt8, new byte[9], [9]);
        var quantized = new TensorView(packed.Storage, DType.QUInt4x2, [3, 5], [5, 1]);
        Assert.Equal(9, StorageUsage.CountUsedBytes(packed.Storage, [quantized]));
    }
}
