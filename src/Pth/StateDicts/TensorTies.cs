using System.Runtime.CompilerServices;

namespace Pth.StateDicts;

/// <summary>Finds the tensors that are one view of one storage.</summary>
internal sealed class TensorTies
{
    private readonly Dictionary<TensorView, string> _first = new(new ByView());

    /// <summary>The key under which this view was met before; null for a new one, or one without elements.</summary>
    public string? Meet(string key, TensorView tensor)
    {
        if (tensor.ElementCount == 0 || !tensor.Parts.IsEmpty || tensor.Storage.IsMeta)
        {
            return null;
        }
        return _first.TryAdd(tensor, key) ? null : _first[tensor];
    }

    private sealed class ByView : IEqualityComparer<TensorView>
    {
        public bool Equals(TensorView? x, TensorView? y) =>
            ReferenceEquals(x, y)
            || (
                x is not null
                && y is not null
                && x.Storage == y.Storage
                && x.Offset == y.Offset
                && x.DType == y.DType
                && x.Shape.AsSpan().SequenceEqual(y.Shape.AsSpan())
                && x.Strides.AsSpan().SequenceEqual(y.Strides.AsSpan())
            );

        public int GetHashCode(TensorView view)
        {
            var hash = new HashCode();
            hash.Add(RuntimeHelpers.GetHashCode(view.Storage));
            hash.Add(view.Offset);
            foreach (long size in view.Shape)
            {
                hash.Add(size);
            }
            return hash.ToHashCode();
        }
    }
}
