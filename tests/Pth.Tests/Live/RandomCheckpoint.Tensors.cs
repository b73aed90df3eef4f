using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Pth.Tests.Live;

// Tensors of every kind, tied and apart.
internal sealed partial class RandomCheckpoint
{
    private (JsonNode? Node, PyValue Value) Tensor() =>
        _random.Next(20) switch
        {
            0 => Meta(),
            1 => Quantized(),
            2 => QuantizedByChannel(),
            3 => Coo(),
            4 => Csr(),
            < 8 => Strided(isParameter: true),
            _ => Strided(isParameter: false),
        };

    private (JsonNode? Node, PyValue Value) Strided(bool isParameter)
    {
        int index = _made.Count > 0 && _random.Next(3) == 0 ? _random.Next(_made.Count) : AddStorage(AnyDType(), null);
        Storage storage = _made[index];
        (ImmutableArray<long> shape, ImmutableArray<long> strides, long offset) = View(
            storage.ByteCount / storage.DType.ItemSize
        );
        bool isComplex = storage.DType is DType.Complex64 or DType.Complex128;
        bool canGrad = isComplex || storage.DType is DType.Float16 or DType.BFloat16 or DType.Float32 or DType.Float64;
        bool requiresGrad = canGrad && _random.Next(isParameter ? 2 : 6) == 0;
        bool isConjugated = _canConjugate && isComplex && !isParameter && _random.Next(3) == 0;
        var view = new TensorView(storage, storage.DType, shape, strides, offset)
        {
            RequiresGrad = requiresGrad,
            IsParameter = isParameter,
            IsConjugated = isConjugated,
        };
        return Seen(
            ["tensor", index, Array(shape), Array(strides), offset, requiresGrad, isParameter, isConjugated],
            new PyTensor(view)
        );
    }

    /// <summary>Any view that lies inside.</summary>
    private (ImmutableArray<long> Shape, ImmutableArray<long> Strides, long Offset) View(long count)
    {
        if (count == 0)
        {
            return _random.Next(2) == 0 ? ([0], [1], 0) : ([2, 0, 3], [3, 3, 1], 0);
        }
        long offset = _random.Next(4) == 0 ? _random.NextInt64(count) : 0;
        long left = count - offset;
        var shape = ImmutableArray.CreateBuilder<long>();
        var strides = ImmutableArray.CreateBuilder<long>();
        for (int dimension = _random.Next(4); dimension > 0; dimension--)
        {
            long stride = _random.Next(5);
            long most = stride == 0 ? 3 : Math.Min(5, ((left - 1) / stride) + 1);
            long size = _random.NextInt64(most + 1);
            shape.Add(size);
            strides.Add(stride);
            left -= Math.Max(0, size - 1) * stride;
        }
        return (shape.ToImmutable(), strides.ToImmutable(), offset);
    }

    private (JsonNode? Node, PyValue Value) Meta()
    {
        DType dtype = AnyDType();
        TensorView like = TensorView.FromBytes(dtype, new byte[6 * dtype.ItemSize], [2, 3]);
        var view = new TensorView(Storage.Meta(like.ByteCount, dtype), dtype, like.Shape, like.Strides);
        return Seen(["meta", dtype.TorchName, Array(view.Shape), Array(view.Strides)], new PyTensor(view));
    }

    private (JsonNode? Node, PyValue Value) Quantized()
    {
        (DType integers, DType quantized) = Pick(
            (DType.Int8, DType.QInt8),
            (DType.UInt8, DType.QUInt8),
            (DType.Int32, DType.QInt32)
        );
        (int index, TensorView view) = QuantizedView(integers, quantized);
        int zeroPoint = _random.Next(5);
        return Seen(
            ["qtensor", index, Array(view.Shape), 0.25, zeroPoint],
            new PyTensor(new TensorView(view) { Quantization = new Quantization.PerTensor(0.25, zeroPoint) })
        );
    }

    private (JsonNode? Node, PyValue Value) QuantizedByChannel()
    {
        (int index, TensorView view) = QuantizedView(DType.Int8, DType.QInt8);
        var channels = new Quantization.PerChannel(
            TensorView.FromArray<double>([0.5, 0.25], [2]),
            TensorView.FromArray<long>([0, 3], [2]),
            Axis: 0
        );
        return Seen(
            ["qchannel", index, Array(view.Shape), new JsonArray(0.5, 0.25), new JsonArray(0, 3), 0],
            new PyTensor(new TensorView(view) { Quantization = channels })
        );
    }

    private (int Index, TensorView View) QuantizedView(DType integers, DType quantized)
    {
        int index = AddStorage(integers, 6);
        // PyTorch copies the integers into a storage of the quantized type.
        byte[] bytes = _made[index].GetSpan(0, 6 * integers.ItemSize).ToArray();
        return (index, TensorView.FromBytes(quantized, bytes, [2, 3]));
    }

    private (JsonNode? Node, PyValue Value) Coo()
    {
        (JsonNode indices, TensorView indicesView) = Fresh(TensorView.FromArray<long>([0, 2, 1, 0], [2, 2]));
        (JsonNode values, TensorView valuesView) = Fresh(TensorView.FromArray<float>([1.5f, -2], [2]));
        bool isCoalesced = _random.Next(2) == 0;
        TensorView view = TensorView.FromParts(
            TensorLayout.SparseCoo,
            DType.Float32,
            [3, 2],
            [new TensorPart("indices", indicesView), new TensorPart("values", valuesView)]
        );
        return Seen(
            ["coo", indices, values, new JsonArray(3, 2), isCoalesced],
            new PyTensor(new TensorView(view) { IsCoalesced = isCoalesced })
        );
    }

    private (JsonNode? Node, PyValue Value) Csr()
    {
        (JsonNode rows, TensorView rowsView) = Fresh(TensorView.FromArray<long>([0, 1, 2], [3]));
        (JsonNode columns, TensorView columnsView) = Fresh(TensorView.FromArray<long>([2, 0], [2]));
        (JsonNode values, TensorView valuesView) = Fresh(TensorView.FromArray<double>([0.5, 4], [2]));
        return Seen(
            ["csr", rows, columns, values, new JsonArray(2, 3)],
            new PyTensor(
                TensorView.FromParts(
                    TensorLayout.SparseCsr,
                    DType.Float64,
                    [2, 3],
                    [
                        new TensorPart("crow_indices", rowsView),
                        new TensorPart("col_indices", columnsView),
                        new TensorPart("values", valuesView),
                    ]
                )
            )
        );
    }

    private (JsonNode Node, TensorView View) Fresh(TensorView view)
    {
        _made.Add(view.Storage);
        _storages.Add(
            new JsonArray(
                view.DType.TorchName,
                Convert.ToHexString(view.Storage.GetSpan(0, (int)view.Storage.ByteCount))
            )
        );
        return (Node("tensor", _made.Count - 1, Array(view.Shape), Array(view.Strides), 0), view);
    }

    private int AddStorage(DType dtype, int? count)
    {
        var bytes = new byte[(count ?? Pick(0, 1, 2, 5, 16, 33, 100)) * dtype.ItemSize];
        _random.NextBytes(bytes);
        if (dtype == DType.Bool)
        {
            for (int i = 0; i < bytes.Length; i++)
            {
                bytes[i] &= 1;
            }
        }
        Fresh(TensorView.FromBytes(dtype, bytes, [bytes.Length / dtype.ItemSize]));
        return _made.Count - 1;
    }

    private DType AnyDType() => _dtypes[_random.Next(_dtypes.Count)];
}
