namespace Pth.StateDicts;

/// <summary>
/// Which <see cref="PyString"/> names an entry: a pickle remembers strings by identity, so a kept name must stay the same object.
/// Indexed when one is first looked for, as most state dicts are only read.
/// </summary>
internal sealed class StateDictKeys
{
    private readonly List<PyString> _added = [];
    private Dictionary<string, PyString>? _byName;

    private Dictionary<string, PyString> ByName =>
        _byName ??= _added.ToDictionary(key => key.Value, StringComparer.Ordinal);

    public void EnsureCapacity(int count) => _added.EnsureCapacity(count);

    /// <summary>Adds a name that is new.</summary>
    public void Add(PyString key)
    {
        _added.Add(key);
        _byName?.Add(key.Value, key);
    }

    /// <summary>The object of a name; null where it was made here.</summary>
    public PyString? Find(string name) => ByName.GetValueOrDefault(name);

    public void Remove(string name) => ByName.Remove(name);

    public void Clear()
    {
        _added.Clear();
        _byName = null;
    }
}
