namespace Pth.Security;

/// <summary>What a pickle remembers, by index. Picklers count from 0; whoever does not costs no more memory.</summary>
internal sealed class SymbolMemo
{
    private readonly List<Symbol?> _dense = [];
    private readonly Dictionary<long, Symbol> _sparse = [];
    private int _inDense;

    public int Count => _inDense + _sparse.Count;

    public Symbol? Get(long index) =>
        index >= 0 && index < _dense.Count && _dense[(int)index] is { } symbol
            ? symbol
            : _sparse.GetValueOrDefault(index);

    public void Set(long index, Symbol symbol)
    {
        // Python starts some at 1; a gap of a few is no reason to hash.
        if (index < 0 || index > _dense.Count + 8L || _sparse.ContainsKey(index))
        {
            _sparse[index] = symbol;
            return;
        }
        while (_dense.Count <= index)
        {
            _dense.Add(null);
        }
        _inDense += _dense[(int)index] is null ? 1 : 0;
        _dense[(int)index] = symbol;
    }
}
