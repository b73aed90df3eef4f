namespace Pth.Security;

/// <summary>The items that a container keeps.</summary>
internal sealed class SymbolItems
{
    private Symbol[] _items = [];
    private int _count;

    public string? SpecialKey { get; set; }

    public ReadOnlySpan<Symbol> Kept => _items.AsSpan(0, _count);

    /// <summary>Makes room for as many as will come.</summary>
    public void Reserve(int count)
    {
        if (count > _items.Length)
        {
            Array.Resize(ref _items, count);
        }
    }

    public bool TryAdd(Symbol item, int most)
    {
        if (_count >= most)
        {
            return false;
        }
        if (_count == _items.Length)
        {
            Array.Resize(ref _items, Math.Min(Math.Max(_count * 2, 2), most));
        }
        _items[_count++] = item;
        return true;
    }
}
