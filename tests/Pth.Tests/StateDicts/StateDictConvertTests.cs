using System.Collections.Immutable;
using Pth.Bytes;
using Pth.Errors;

namespace Pth.Tests.StateDicts;

public sealed class StateDictConvertTests
{
    [Fact]
    public void Floating_point_tensors_are_converted_and_all_else_is_left_alone()
    {
        TensorView weight = TensorView.FromArray(new float[] { 1, 2 });
        var quantized = new TensorView(TensorView.FromBytes(DType.QInt8, new byte[2], [2]))
        {
            Quantization = new Quantization.PerTensor(0.5, 0),
        };
        var state = new StateDict
        {
            {
                "weight",
                new TensorView(weight) { IsParameter = true, RequiresGrad = true }
            },
            { "count", TensorView.FromArray(new long[] { 3 }) },
            { "mask", TensorView.FromArray(new[] { true }) },
            { "wave", TensorView.FromArray(new[] { System.Numerics.Complex.One }) },
            { "packed", quantized },
            { "half", TensorView.FromArray(new[] { (Half)1 }) },
        };
        state.SetEntry("epoch", new PyInt(7));

        StateDict converted = state.ConvertTo(DType.Float16);

        Assert.Equal(state.Entries.Keys, converted.Entries.Keys);
        Assert.Equal(DType.Float16, converted["weight"].DType);
        Assert.True(converted["weight"].IsParameter);
        Assert.True(converted["weight"].RequiresGrad);
        foreach (string name in (string[])["count", "mask", "wave", "packed", "half", "epoch"])
        {
            Assert.Same(state.Entries[name], converted.Entries[name]);
        }
        Assert.Equal(DType.Float32, state["weight"].DType);
    }

    [Fact]
    public void What_shares_a_storage_and_a_type_shares_the_new_storage()
    {
        TensorView whole = TensorView.FromArray(new float[] { 1, 2, 3, 4 });
        TensorView row = whole.Slice(0, 1, 3);
        var bits = new TensorView(whole.Storage, DType.Int32, [4], [1]);
        var state = new StateDict
        {
            { "a", whole },
            { "b", whole },
            { "row", row },
            { "bits", bits },
        };

        StateDict converted = state.ConvertTo(DType.BFloat16);

        Assert.Same(converted.Entries["a"], converted.Entries["b"]);
        Assert.Same(converted["a"].Storage, converted["row"].Storage);
        Assert.Equal([(BFloat16)2, (BFloat16)3], converted["row"].ToArray<BFloat16>());
        Assert.Same(whole.Storage, converted["bits"].Storage);
    }

    [Fact]
    public void Of_a_sparse_tensor_the_values_are_converted()
    {
        TensorView sparse = TensorView.FromParts(
            TensorLayout.SparseCoo,
            DType.Float32,
            [3],
            [
                new TensorPart(
                    "indices",
                    TensorView.FromArray(
                        new long[,]
                        {
                            { 0, 2 },
                        }
                    )
                ),
                new TensorPart("values", TensorView.FromArray(new float[] { 1, 2 })),
            ]
        );

        TensorView converted = new StateDict { { "x", sparse } }.ConvertTo(DType.Float16)["x"];

        Assert.Equal(DType.Float16, converted.DType);
        Assert.Equal(TensorLayout.SparseCoo, converted.Layout);
        ImmutableArray<TensorPart> parts = converted.Parts;
        Assert.Equal([DType.Int64, DType.Float16], parts.Select(part => part.Tensor.DType));
        Assert.Equal([(Half)1, (Half)2], parts[1].Tensor.ToArray<Half>());
    }

    [Fact]
    public void A_tensor_without_bytes_gets_the_other_type_too()
    {
        var meta = new TensorView(Storage.Meta(40, DType.Float32), DType.Float32, [10], [1]);

        TensorView converted = new StateDict { { "x", meta } }.ConvertTo(DType.Float64)["x"];

        Assert.True(converted.Storage.IsMeta);
        Assert.Equal(80, converted.Storage.ByteCount);
    }

    [Fact]
    public void A_wrong_checksum_shows_when_all_was_read_and_before_a_part_is_read()
    {
        byte[] bytes = new byte[400];
        TensorView whole = Damaged(bytes).Cast(DType.BFloat16);
        Assert.Throws<CheckpointException>(() => whole.ToArray<BFloat16>());

        TensorView part = Damaged(bytes).Slice(0, 0, 10).Cast(DType.BFloat16);
        Assert.Throws<CheckpointException>(() => part.ToArray<BFloat16>());

        TensorView strided = Damaged(bytes).Slice(0, 0, 100, 2).Cast(DType.BFloat16);
        Assert.Throws<CheckpointException>(() => strided.ToArray<BFloat16>());
    }

    private static TensorView Damaged(byte[] bytes)
    {
        var data = new MemorySource(bytes);
        var checksum = new StorageChecksum(data, FastCrc32.Hash(bytes) ^ 1, new ErrorLocation("file"));
        return new TensorView(new Storage(data, DType.Float32, checksum: checksum), DType.Float32, [100], [1]);
    }
}
