namespace Pth.Tensors;

/// <summary>
/// Gives tensors another floating-point type. One storage that is seen as one type becomes one new storage, so that what was tied stays tied.
/// </summary>
internal sealed class TensorCaster(DType dtype, CastOptions options)
{
    private readonly Dictionary<(Storage Storage, DType DType), Storage> _storages = [];
    private readonly Dictionary<TensorView, TensorView> _views = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<Storage> _readWhole = new(ReferenceEqualityComparer.Instance);

    /// <summary>Whether there is anything to do for a tensor: its elements, or those of its values, are of another floating-point type.</summary>
    public bool Applies(TensorView view) => view.DType != dtype && ElementCaster.CanCastFrom(view.DType);

    /// <summary>Takes notice of a tensor that will be converted, before the first one is.</summary>
    public void Expect(TensorView view)
    {
        if (view.Layout == TensorLayout.Strided && view.IsContiguous && view.ByteCount == view.Storage.ByteCount)
        {
            _readWhole.Add(view.Storage);
        }
    }

    /// <summary>Converts a tensor to which this applies. Copies nothing.</summary>
    public TensorView Cast(TensorView view)
    {
        if (!_views.TryGetValue(view, out TensorView? cast))
        {
            cast = view.Parts.IsEmpty ? CastStrided(view) : CastParts(view);
            _views.Add(view, cast);
        }
        return cast;
    }

    private TensorView CastStrided(TensorView view) =>
        new(StorageFor(view), dtype, view.Shape, view.Strides, view.Offset)
        {
            RequiresGrad = view.RequiresGrad,
            IsParameter = view.IsParameter,
            IsNegated = view.IsNegated,
        };

    // The indices of a sparse tensor stay what they are.
    private TensorView CastParts(TensorView view)
    {
        TensorView cast = TensorView.FromParts(
            view.Layout,
            dtype,
            view.Shape,
            [.. view.Parts.Select(part => Applies(part.Tensor) ? part with { Tensor = Cast(part.Tensor) } : part)]
        );
        return new TensorView(cast)
        {
            RequiresGrad = view.RequiresGrad,
            IsParameter = view.IsParameter,
            IsCoalesced = view.IsCoalesced,
        };
    }

    private Storage StorageFor(TensorView view)
    {
        Storage old = view.Storage;
        if (!_storages.TryGetValue((old, view.DType), out Storage? storage))
        {
            storage = old.IsMeta
                ? Storage.Meta(old.ByteCount / view.DType.ItemSize * dtype.ItemSize, dtype)
                : new Storage(
                    new CastSource(old, view.DType, dtype, options, _readWhole.Contains(old)),
                    dtype,
                    old.Device
                );
            _storages.Add((old, view.DType), storage);
        }
        return storage;
    }
}
