using System.Collections.Immutable;

namespace Pth.StateDicts;

/// <summary>Finds the tensors that are one view of one storage.</summary>
internal sealed class TensorTies
{
    private readonly Dictionary<View, string> _first = [];

    /// <summary>The key under which this view was met before; null for a new one, or one without elements.</summary>
    public string? Meet(string key, TensorView tensor)
    {
        if (tensor.ElementCount == 0 || !tensor.Parts.IsEmpty || tensor.Storage.IsMeta)
        {
            return null;
        }
        var view = new View(tensor.Storage, tensor.Offset, tensor.DType, new Sizes(tensor.Shape, tensor.Strides));
        return _first.TryAdd(view, key) ? null : _first[view];
    }

    private readonly record struct View(Storage Storage, long Offset, DType DType, Sizes Sizes);

    private readonly record struct Sizes(ImmutableArray<long> Shape, ImmutableArray<long> Strides)
    {
        public bool Equals(Sizes other) =>
            Shape.AsSpan().SequenceEqual(other.Shape.AsSpan())
            && Strides.AsSpan().SequenceEqual(other.Strides.AsSpan());

        public override int GetHashCode()
        {
            var hash = new HashCode();
            foreach (long size in Shape)
            {
                hash.Add(size);
            }
            return hash.ToHashCode();
        }
    }
}
