namespace Pth;

/// <summary>A tensor that two state dicts have, and how it differs.</summary>
/// <param name="Name">The name after the renames.</param>
/// <param name="LeftName">Its name in the left file.</param>
/// <param name="RightName">Its name in the right file.</param>
/// <param name="Left">The left tensor.</param>
/// <param name="Right">The right tensor.</param>
public sealed record TensorDifference(string Name, string LeftName, string RightName, TensorView Left, TensorView Right)
{
    /// <summary>Whether both have one shape.</summary>
    public bool HasSameShape => Left.Shape.AsSpan().SequenceEqual(Right.Shape.AsSpan());

    /// <summary>Whether both have one element type.</summary>
    public bool HasSameDType => Left.DType == Right.DType;

    /// <summary>Whether elements lie in the same order.</summary>
    public bool HasSameStrides => Left.Strides.AsSpan().SequenceEqual(Right.Strides.AsSpan());

    /// <summary>
    /// How the values differ. Null where they were not compared: only the structure was asked for, the shapes differ, the tensor
    /// has no bytes (meta), or the types have no common values.
    /// </summary>
    public TensorComparison? Values { get; init; }

    /// <summary>Whether shape and type are the same and the values, where they were compared, are close.</summary>
    public bool IsEqual =>
        HasSameShape
        && HasSameDType
        && Left.Storage.IsMeta == Right.Storage.IsMeta
        && Values is null or { IsClose: true };
}
