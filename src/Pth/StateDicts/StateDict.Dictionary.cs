using System.Collections;

namespace Pth;

// What the dictionary interfaces ask for beside the members of StateDict.cs.
public sealed partial class StateDict : IDictionary<string, TensorView>, IReadOnlyDictionary<string, TensorView>
{
    /// <summary>The names of the tensors, in order.</summary>
    public IReadOnlyList<string> Keys => [.. Tensors().Select(pair => pair.Key)];

    /// <summary>The tensors, in order.</summary>
    public IReadOnlyList<TensorView> Values => [.. Tensors().Select(pair => pair.Value)];

    ICollection<string> IDictionary<string, TensorView>.Keys => [.. Keys];

    ICollection<TensorView> IDictionary<string, TensorView>.Values => [.. Values];

    IEnumerable<string> IReadOnlyDictionary<string, TensorView>.Keys => Tensors().Select(pair => pair.Key);

    IEnumerable<TensorView> IReadOnlyDictionary<string, TensorView>.Values => Tensors().Select(pair => pair.Value);

    bool ICollection<KeyValuePair<string, TensorView>>.IsReadOnly => false;

    /// <summary>The tensors with their names, in order.</summary>
    public IEnumerator<KeyValuePair<string, TensorView>> GetEnumerator() => Tensors().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    void ICollection<KeyValuePair<string, TensorView>>.Add(KeyValuePair<string, TensorView> item) =>
        Add(item.Key, item.Value);

    bool ICollection<KeyValuePair<string, TensorView>>.Contains(KeyValuePair<string, TensorView> item) =>
        TryGetValue(item.Key, out TensorView? tensor) && ReferenceEquals(tensor, item.Value);

    bool ICollection<KeyValuePair<string, TensorView>>.Remove(KeyValuePair<string, TensorView> item) =>
        TryGetValue(item.Key, out TensorView? tensor) && ReferenceEquals(tensor, item.Value) && Remove(item.Key);

    void ICollection<KeyValuePair<string, TensorView>>.CopyTo(
        KeyValuePair<string, TensorView>[] array,
        int arrayIndex
    ) => Tensors().ToList().CopyTo(array, arrayIndex);

    private IEnumerable<KeyValuePair<string, TensorView>> Tensors()
    {
        foreach ((string name, PyValue value) in _entries)
        {
            if (value is PyTensor tensor)
            {
                yield return new(name, tensor.View);
            }
        }
    }
}
