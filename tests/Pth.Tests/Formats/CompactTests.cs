namespace Pth.Tests.Formats;

public class CompactTests
{
    private static readonly WriteOptions Compact = new() { Compact = true };

    [Fact]
    public void Without_it_a_slice_takes_its_whole_storage_and_the_summary_says_so()
    {
        TensorView large = Range(1000);
        var root = new PyList { Slice(large, 10, 5) };

        SaveSummary summary = Checkpoint.Save(Stream.Null, root);

        Assert.Equal(1, summary.StorageCount);
        Assert.Equal(4000, summary.StorageBytes);
        Assert.Equal(4000 - 20, summary.UnusedBytes);
    }

    [Fact]
    public void Bytes_that_two_slices_use_are_counted_once()
    {
        TensorView large = Range(100);
        var root = new PyList { Slice(large, 10, 10), Slice(large, 15, 10), Slice(large, 50, 50) };

        Assert.Equal(400 - (15 * 4) - (50 * 4), Checkpoint.Save(Stream.Null, root).UnusedBytes);
    }

    [Fact]
    public void A_storage_that_is_saved_by_itself_is_used_whole()
    {
        TensorView large = Range(100);
        var root = new PyList { Slice(large, 10, 10), new PyStorage(large.Storage) };

        Assert.Equal(0, Checkpoint.Save(Stream.Null, root).UnusedBytes);
    }

    [Fact]
    public void With_it_a_slice_takes_its_own_elements_alone()
    {
        TensorView large = Range(1000);
        using var stream = new MemoryStream();

        SaveSummary summary = Checkpoint.Save(stream, new PyList { Slice(large, 10, 5) }, Compact);

        Assert.Equal(new SaveSummary(stream.Length, 1, 20, 0), summary);
        using Checkpoint again = Checkpoint.Open(stream.ToArray());
        Assert.Equal([10f, 11, 12, 13, 14], again.Tensors[0].Tensor.ToArray<float>());
        Assert.Equal(20, again.Tensors[0].Tensor.Storage.ByteCount);
    }

    [Fact]
    public void Equal_views_stay_tied_and_others_part()
    {
        TensorView large = Range(100);
        var root = new PyList { Slice(large, 10, 10), Slice(large, 10, 10), Slice(large, 15, 10), large, large };

        using Checkpoint again = Saved.Reopen(root, Compact);

        Storage[] storages = [.. again.Tensors.Select(tensor => tensor.Tensor.Storage)];
        Assert.Same(storages[0], storages[1]);
        Assert.NotSame(storages[0], storages[2]);
        Assert.Same(storages[3], storages[4]);
        Assert.Equal([40, 40, 40, 400, 400], storages.Select(storage => storage.ByteCount));
    }

    [Theory]
    [InlineData("torch-2.14.1", "strides.pt")]
    [InlineData("torch-2.14.1", "conjugates.pt")]
    [InlineData("torch-2.14.1", "parameters.pt")]
    [InlineData("torch-2.14.1", "attributes.pt")]
    [InlineData("torch-2.14.1", "quantized.pt")]
    [InlineData("torch-2.14.1", "sparse_coo.pt")]
    [InlineData("torch-2.14.1", "dtensor.pt")]
    [InlineData("torch-2.14.1", "old_tensor_class.pt")]
    [InlineData("torch-2.14.1", "dtypes.pt")]
    [InlineData("torch-1.13.1", "rebuild_v1.pt")]
    public void What_PyTorch_saved_has_the_same_elements_afterwards(string folder, string name)
    {
        using Checkpoint checkpoint = Checkpoint.Open(Saved.Fixture(folder, name));

        using Checkpoint again = Saved.Reopen(checkpoint.Root, Compact);

        Assert.Equal(Describe(checkpoint), Describe(again));
        Assert.All(
            again.Tensors.Where(tensor => tensor.Tensor.ByteCount <= tensor.Tensor.Storage.ByteCount),
            tensor =>
            {
                Assert.True(tensor.Tensor.IsContiguous, tensor.Name);
                Assert.Equal(tensor.Tensor.ByteCount, tensor.Tensor.Storage.ByteCount);
            }
        );
    }

    [Fact]
    public void An_expanded_tensor_stays_expanded()
    {
        TensorView one = Range(1);
        var expanded = new TensorView(one.Storage, one.DType, [1L << 40], [0]);

        using Checkpoint again = Saved.Reopen(new PyList { expanded }, Compact);

        Assert.Equal([0], again.Tensors[0].Tensor.Strides);
        Assert.Equal(4, again.Tensors[0].Tensor.Storage.ByteCount);
    }

    private static IEnumerable<string> Describe(Checkpoint checkpoint) =>
        checkpoint.Tensors.Select(tensor =>
            $"{tensor.Name} {tensor.Tensor.DType} [{string.Join(", ", tensor.Tensor.Shape)}] {tensor.Tensor.IsConjugated} {tensor.Tensor.IsNegated} {tensor.Tensor.IsParameter} {Convert.ToHexString(tensor.Tensor.Sha256())}"
        );

    private static TensorView Range(int count) =>
        TensorView.FromArray(Enumerable.Range(0, count).Select(i => (float)i).ToArray());

    private static TensorView Slice(TensorView tensor, long start, long count) =>
        new(tensor.Storage, tensor.DType, [count], [1], start);
}
