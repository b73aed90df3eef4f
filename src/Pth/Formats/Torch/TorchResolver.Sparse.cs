using System.Collections.Immutable;

namespace Pth.Formats.Torch;

// Tensors that are made of others.
internal sealed partial class TorchResolver
{
    /// <summary>layout, (parts..., size[, is_coalesced])</summary>
    private static TensorView RebuildSparse(RebuildArguments arguments)
    {
        if (arguments.Count != 2)
        {
            return RebuildScriptSparse(arguments);
        }
        string layout = LayoutOf(arguments[0]) ?? throw arguments.Unfit(0, "a layout such as torch.sparse_coo");
        return layout switch
        {
            "torch.sparse_coo" => RebuildCoordinates(Inner(arguments, 3, 4)),
            "torch.sparse_csr" => RebuildCompressed(Inner(arguments, 4, 4), TensorLayout.SparseCsr),
            "torch.sparse_csc" => RebuildCompressed(Inner(arguments, 4, 4), TensorLayout.SparseCsc),
            "torch.sparse_bsr" => RebuildCompressed(Inner(arguments, 4, 4), TensorLayout.SparseBsr),
            "torch.sparse_bsc" => RebuildCompressed(Inner(arguments, 4, 4), TensorLayout.SparseBsc),
            _ => throw arguments.Error($"layout {layout}", "a sparse layout of PyTorch"),
        };
    }

    /// <summary>layout as <c>c10::Layout</c>, size, requires_grad, parts..., hooks: how TorchScript says it (<c>torch/csrc/jit/serialization/pickler.cpp</c>).</summary>
    private static TensorView RebuildScriptSparse(RebuildArguments arguments)
    {
        TensorView view = (arguments.Long(0), arguments.Count) switch
        {
            (1, 6) => RebuildCoordinates(arguments.Select(3, 4, 1)),
            (2, 7) => RebuildCompressed(arguments.Select(3, 4, 5, 1), TensorLayout.SparseCsr),
            _ => throw arguments.Error(
                $"layout {arguments.Long(0)} with {arguments.Count} arguments",
                "1 (sparse_coo) with 6 or 2 (sparse_csr) with 7"
            ),
        };
        return arguments.Bool(2) ? new TensorView(view) { RequiresGrad = true } : view;
    }

    /// <summary>indices [sparse_dim, nnz], values [nnz, dense...], size[, is_coalesced]</summary>
    private static TensorView RebuildCoordinates(RebuildArguments arguments)
    {
        TensorView indices = Integers(arguments, 0);
        TensorView values = Strided(arguments, 1);
        ImmutableArray<long> size = arguments.Longs(2);
        int sparse = indices.Shape.Length == 2 ? (int)Math.Min(indices.Shape[0], int.MaxValue) : -1;
        bool fits =
            indices.DType == DType.Int64
            && sparse >= 0
            && values.Shape.Length >= 1
            && values.Shape[0] == indices.Shape[1]
            && size.Length == (long)sparse + values.Shape.Length - 1
            && size.AsSpan()[sparse..].SequenceEqual(values.Shape.AsSpan()[1..]);
        if (!fits)
        {
            throw arguments.Error(
                $"indices {Text(indices)} and values {Text(values)} for a size of {Text(size)}",
                "int64 indices [sparse dimensions, n] and values [n, dense dimensions]"
            );
        }
        TensorView view = FromParts(
            arguments,
            TensorLayout.SparseCoo,
            size,
            new("indices", indices),
            new("values", values)
        );
        return new TensorView(view) { IsCoalesced = arguments.Count > 3 && arguments[3] is PyBool { Value: true } };
    }

    /// <summary>compressed indices [batch..., n + 1], plain indices [batch..., nnz], values [batch..., nnz, block..., dense...], size</summary>
    private static TensorView RebuildCompressed(RebuildArguments arguments, TensorLayout layout)
    {
        TensorView compressed = Integers(arguments, 0);
        TensorView plain = Integers(arguments, 1);
        TensorView values = Strided(arguments, 2);
        ImmutableArray<long> size = arguments.Longs(3);
        bool byRow = layout is TensorLayout.SparseCsr or TensorLayout.SparseBsr;
        int block = layout is TensorLayout.SparseBsr or TensorLayout.SparseBsc ? 2 : 0;
        int batch = compressed.Shape.Length - 1;
        bool ranksFit =
            batch >= 0
            && plain.Shape.Length == batch + 1
            && values.Shape.Length >= batch + 1 + block
            && size.Length == values.Shape.Length + 1 - block
            && size.All(extent => extent >= 0);
        if (!ranksFit || !ShapesFit(compressed, plain, values, size, batch, block, byRow))
        {
            throw arguments.Error(
                $"indices {Text(compressed)} and {Text(plain)} and values {Text(values)} for a size of {Text(size)}",
                "shapes that belong together"
            );
        }
        return FromParts(
            arguments,
            layout,
            size,
            new(byRow ? "crow_indices" : "ccol_indices", compressed),
            new(byRow ? "col_indices" : "row_indices", plain),
            new("values", values)
        );
    }

    private static bool ShapesFit(
        TensorView compressed,
        TensorView plain,
        TensorView values,
        ImmutableArray<long> size,
        int batch,
        int block,
        bool byRow
    )
    {
        ReadOnlySpan<long> batches = size.AsSpan()[..batch];
        long blockSize = block == 0 ? 1 : values.Shape[batch + (byRow ? 1 : 2)];
        long extent = size[byRow ? batch : batch + 1];
        return compressed.DType == plain.DType
            && compressed.Shape.AsSpan()[..batch].SequenceEqual(batches)
            && plain.Shape.AsSpan()[..batch].SequenceEqual(batches)
            && values.Shape.AsSpan()[..batch].SequenceEqual(batches)
            && plain.Shape[batch] == values.Shape[batch]
            && blockSize > 0
            && extent % blockSize == 0
            && compressed.Shape[batch] == (extent / blockSize) + 1
            && size.AsSpan()[(batch + 2)..].SequenceEqual(values.Shape.AsSpan()[(batch + 1 + block)..]);
    }

    /// <summary>values, sizes, strides, storage offsets</summary>
    private static TensorView RebuildNested(RebuildArguments arguments)
    {
        TensorView values = Strided(arguments, 0);
        TensorView sizes = Integers(arguments, 1);
        TensorView strides = Integers(arguments, 2);
        // PyTorch 1.13 writes the offsets as a list.
        TensorView offsets = RebuildArguments.AsLongs(arguments[3]) is { } numbers
            ? TensorView.FromArray(numbers.ToArray())
            : Integers(arguments, 3);
        bool empty = sizes.ElementCount == 0;
        bool fits =
            values.Shape.Length == 1
            && sizes.Shape.SequenceEqual(strides.Shape)
            && (empty || (sizes.Shape.Length == 2 && offsets.ElementCount == sizes.Shape[0]));
        if (!fits)
        {
            throw arguments.Error(
                $"values {Text(values)}, sizes {Text(sizes)}, strides {Text(strides)} and offsets {Text(offsets)}",
                "values [n], sizes and strides [tensors, dimensions] and as many offsets as tensors"
            );
        }
        return FromParts(
            arguments,
            TensorLayout.Nested,
            [offsets.ElementCount],
            new("values", values),
            new("sizes", sizes),
            new("strides", strides),
            new("storage_offsets", offsets)
        );
    }

    /// <summary>A dictionary with values, offsets and lengths (None where the rows leave no gap).</summary>
    private static TensorView RebuildJagged(RebuildArguments arguments)
    {
        if (
            arguments[0] is not PyDict keywords
            || !keywords.TryGetValue("values", out PyValue? values)
            || values is not PyTensor { View.Layout: TensorLayout.Strided } valuesTensor
            || !keywords.TryGetValue("offsets", out PyValue? offsets)
            || offsets is not PyTensor { View: { Layout: TensorLayout.Strided, Shape.Length: 1 } } offsetsTensor
        )
        {
            throw arguments.Unfit(0, "a dictionary with the tensors values and offsets");
        }
        ImmutableArray<TensorPart> parts = [new("values", valuesTensor.View), new("offsets", offsetsTensor.View)];
        if (keywords.TryGetValue("lengths", out PyValue? lengths) && lengths is PyTensor lengthsTensor)
        {
            parts = parts.Add(new("lengths", lengthsTensor.View));
        }
        int rank = valuesTensor.View.Shape.Length;
        long ragged = keywords.TryGetValue("_ragged_idx", out PyValue? dimension)
            ? RebuildArguments.AsLong(dimension) ?? 0
            : 1;
        if (ragged < 1 || ragged > rank)
        {
            throw arguments.Error($"ragged dimension {ragged} over values of {rank} dimensions", $"1 to {rank}");
        }
        long count = Math.Max(offsetsTensor.View.ElementCount - 1, 0);
        bool requiresGrad = keywords.TryGetValue("requires_grad", out PyValue? grad) && grad is PyBool { Value: true };
        return new TensorView(FromParts(arguments, TensorLayout.Nested, [count], [.. parts]))
        {
            RequiresGrad = requiresGrad,
            RaggedIndex = (int)ragged,
        };
    }

    private static TensorView FromParts(
        RebuildArguments arguments,
        TensorLayout layout,
        ImmutableArray<long> shape,
        params ReadOnlySpan<TensorPart> parts
    )
    {
        Int128 count = 1;
        foreach (long size in shape)
        {
            count *= size;
            if (size < 0 || count > long.MaxValue)
            {
                throw arguments.Error($"a size of {Text(shape)}", "sizes whose product fits in 64 bits");
            }
        }
        DType dtype = parts[^1].Tensor.DType;
        foreach (TensorPart part in parts)
        {
            dtype = part.Name == "values" ? part.Tensor.DType : dtype;
        }
        return TensorView.FromParts(layout, dtype, shape, [.. parts]);
    }

    private static RebuildArguments Inner(RebuildArguments arguments, int least, int most) =>
        arguments.Nested(1, least, most);

    private static TensorView Strided(RebuildArguments arguments, int index) =>
        arguments.Tensor(index) is { Layout: TensorLayout.Strided } tensor
            ? tensor
            : throw arguments.Unfit(index, "a strided tensor");

    private static TensorView Integers(RebuildArguments arguments, int index) =>
        Strided(arguments, index) is { DType: DType.Int64 or DType.Int32 } tensor
            ? tensor
            : throw arguments.Unfit(index, "a tensor of int64 or int32");

    private static string? LayoutOf(PyValue value) =>
        value
            is PyObject
            {
                Global: { Module: "torch.serialization", Name: "_get_layout" },
                Arguments: PyTuple { Count: 1 } arguments
            }
            ? (arguments[0] as PyString)?.Value
            : null;

    private static string Text(TensorView tensor) => Text(tensor.Shape);

    private static string Text(ImmutableArray<long> shape) => $"[{string.Join(", ", shape)}]";
}
