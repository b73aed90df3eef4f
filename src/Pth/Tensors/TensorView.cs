using System.Collections.Immutable;

namespace Pth;

/// <summary>
/// A tensor as PyTorch defines it: a <see cref="Storage"/> and how to look at it (element type, offset, shape, stride).
/// Immutable; making one copies no element.
/// </summary>
public sealed partial class TensorView
{
    /// <summary>Makes a strided view of a storage.</summary>
    /// <param name="storage">The bytes.</param>
    /// <param name="dtype">The element type.</param>
    /// <param name="shape">The size of each dimension, in elements; empty for a scalar.</param>
    /// <param name="strides">The step of each dimension, in elements.</param>
    /// <param name="offset">The first element, counted in elements of <paramref name="dtype"/> from the storage's start.</param>
    /// <exception cref="ArgumentException">The view does not lie inside the storage.</exception>
    public TensorView(
        Storage storage,
        DType dtype,
        ImmutableArray<long> shape,
        ImmutableArray<long> strides,
        long offset = 0
    )
    {
        if (TensorBounds.FindFault(storage.ByteCount, dtype, shape.AsSpan(), strides.AsSpan(), offset) is { } fault)
        {
            throw new ArgumentException($"found {fault.Found}, expected {fault.Expected}", nameof(shape));
        }
        Storage = storage;
        DType = dtype;
        Shape = shape;
        Strides = strides;
        Offset = offset;
        ElementCount = TensorBounds.CountElements(shape.AsSpan());
    }

    // All of a storage in row-major order, which whoever calls has proved.
    private TensorView(Storage storage, DType dtype, ImmutableArray<long> shape)
    {
        Storage = storage;
        DType = dtype;
        Shape = shape;
        Strides = TensorBounds.ContiguousStrides(shape.AsSpan());
        ElementCount = TensorBounds.CountElements(shape.AsSpan());
    }

    /// <summary>The same tensor, to be changed by an initializer.</summary>
    internal TensorView(TensorView original)
    {
        Storage = original.Storage;
        DType = original.DType;
        Shape = original.Shape;
        Strides = original.Strides;
        Offset = original.Offset;
        ElementCount = original.ElementCount;
        Layout = original.Layout;
        Parts = original.Parts;
        RequiresGrad = original.RequiresGrad;
        IsParameter = original.IsParameter;
        IsConjugated = original.IsConjugated;
        IsNegated = original.IsNegated;
        IsCoalesced = original.IsCoalesced;
        RaggedIndex = original.RaggedIndex;
        Quantization = original.Quantization;
    }

    /// <summary>The bytes that the tensor looks at. For sparse and nested tensors, those of their values.</summary>
    public Storage Storage { get; private init; }

    /// <summary>The element type.</summary>
    public DType DType { get; private init; }

    /// <summary>The size of each dimension, in elements; empty for a scalar. Of a nested tensor, the number of tensors in it.</summary>
    public ImmutableArray<long> Shape { get; private init; }

    /// <summary>The step of each dimension, in elements. Empty for sparse and nested tensors.</summary>
    public ImmutableArray<long> Strides { get; private init; }

    /// <summary>The first element, in elements from the start of the storage.</summary>
    public long Offset { get; private init; }

    /// <summary>The number of elements: the product of <see cref="Shape"/>; of a nested tensor, the number of its values.</summary>
    public long ElementCount { get; private init; }

    /// <summary>The size of the elements in bytes when they are copied out, without gaps.</summary>
    public long ByteCount => DType.BytesOf(ElementCount);

    /// <summary>How the elements are laid out.</summary>
    public TensorLayout Layout { get; private init; }

    /// <summary>The strided tensors that a sparse or nested tensor is made of; empty for a strided one.</summary>
    public ImmutableArray<TensorPart> Parts { get; private init; } = [];

    /// <summary>Whether PyTorch would compute a gradient for it.</summary>
    public bool RequiresGrad { get; init; }

    /// <summary>Whether it was saved as <c>torch.nn.Parameter</c>.</summary>
    public bool IsParameter { get; init; }

    /// <summary>Whether the stored complex numbers stand for their conjugates. Copies have it applied; spans do not.</summary>
    public bool IsConjugated { get; init; }

    /// <summary>Whether the stored numbers stand for their negatives. Copies have it applied; spans do not.</summary>
    public bool IsNegated { get; init; }

    /// <summary>Whether a sparse tensor of coordinates promises that they are in order and none comes twice.</summary>
    public bool IsCoalesced { get; init; }

    /// <summary>How a quantized tensor's integers stand for reals; null for all others.</summary>
    public Quantization? Quantization { get; init; }

    /// <summary>
    /// Of a jagged tensor, the dimension whose size differs from row to row, the rows themselves being dimension 0. Its values have
    /// all rows end to end in the dimension before.
    /// </summary>
    internal int RaggedIndex { get; init; } = 1;

    /// <summary>Where the tensor lay when it was saved.</summary>
    public string Device => Storage.Device;

    /// <summary>Whether the elements lie in row-major order without gaps.</summary>
    public bool IsContiguous =>
        Layout == TensorLayout.Strided && TensorBounds.IsContiguous(Shape.AsSpan(), Strides.AsSpan());

    /// <summary>Makes a sparse or nested tensor of its parts.</summary>
    internal static TensorView FromParts(
        TensorLayout layout,
        DType dtype,
        ImmutableArray<long> shape,
        ImmutableArray<TensorPart> parts
    )
    {
        TensorView values = parts.First(part => part.Name == "values").Tensor;
        return new TensorView(values)
        {
            DType = dtype,
            Layout = layout,
            Shape = shape,
            Strides = [],
            Offset = 0,
            Parts = parts,
            ElementCount =
                layout == TensorLayout.Nested ? values.ElementCount : TensorBounds.CountElements(shape.AsSpan()),
            RequiresGrad = false,
            IsParameter = false,
            IsConjugated = false,
            IsNegated = false,
        };
    }
}
