namespace Pth;

/// <summary>How a tensor's elements are laid out, in PyTorch's terms.</summary>
public enum TensorLayout
{
    /// <summary>One storage, an offset and a stride for each dimension.</summary>
    Strided,

    /// <summary>Coordinates: parts <c>indices</c> [sparse_dim, nnz] and <c>values</c>.</summary>
    SparseCoo,

    /// <summary>Compressed rows: parts <c>crow_indices</c>, <c>col_indices</c>, <c>values</c>.</summary>
    SparseCsr,

    /// <summary>Compressed columns: parts <c>ccol_indices</c>, <c>row_indices</c>, <c>values</c>.</summary>
    SparseCsc,

    /// <summary>Compressed rows of blocks: parts as for <see cref="SparseCsr"/>.</summary>
    SparseBsr,

    /// <summary>Compressed columns of blocks: parts as for <see cref="SparseCsc"/>.</summary>
    SparseBsc,

    /// <summary>
    /// Nested: parts <c>values</c>, <c>sizes</c>, <c>strides</c>, <c>storage_offsets</c>; or, jagged, <c>values</c>, <c>offsets</c> and
    /// <c>lengths</c> where rows leave gaps.
    /// </summary>
    Nested,
}
