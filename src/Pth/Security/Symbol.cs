namespace Pth.Security;

/// <summary>
/// A value on the stack of the symbolic machine: what it is, never what it would become. Containers keep the first few of their items, which
/// is enough to show a call; all of them are counted.
/// </summary>
internal sealed class Symbol(SymbolKind kind)
{
    /// <summary>Items that a container keeps.</summary>
    public const int MostItems = 24;

    public static readonly Symbol Unknown = new(SymbolKind.Unknown);
    public static readonly Symbol None = new(SymbolKind.None);
    public static readonly Symbol True = new(SymbolKind.Bool) { Number = 1 };
    public static readonly Symbol False = new(SymbolKind.Bool);
    public static readonly Symbol EmptyTuple = new(SymbolKind.Tuple);
    public static readonly Symbol Float = new(SymbolKind.Float);

    private Symbol[] _items = [];
    private int _kept;

    public SymbolKind Kind => kind;

    /// <summary>The value of an int; where text or bytes begin in the pickle; the bytes an element of a storage has.</summary>
    public long Number { get; init; }

    /// <summary>How many bytes text or bytes have; how many items a container has; how many elements a storage has.</summary>
    public long Count { get; set; }

    /// <summary>Text that is not in the pickle as it reads.</summary>
    public string? Text { get; init; }

    /// <summary>What a global is known as.</summary>
    public GlobalUse? Global { get; init; }

    /// <summary>What is called.</summary>
    public Symbol? Callee { get; init; }

    /// <summary>With which arguments; the id of a persistent reference.</summary>
    public Symbol? Arguments { get; init; }

    /// <summary>How many values it is when everything that is repeated is written out.</summary>
    public double Weight { get; private set; } = 1;

    /// <summary>How deep containers nest in it.</summary>
    public int Depth { get; private set; }

    /// <summary>Whether it is a tensor.</summary>
    public bool IsTensor { get; init; }

    /// <summary>Whether it is a dict with a key that Python gives a meaning to.</summary>
    public string? SpecialKey { get; set; }

    /// <summary>The first items; of a dict, keys and values in turn.</summary>
    public ReadOnlySpan<Symbol> Items => _items.AsSpan(0, _kept);

    public void Add(Symbol item)
    {
        Count++;
        Cover(item);
        if (_kept == MostItems)
        {
            return;
        }
        if (_kept == _items.Length)
        {
            Array.Resize(ref _items, Math.Min(Math.Max(_kept * 2, 2), MostItems));
        }
        _items[_kept++] = item;
    }

    /// <summary>Takes the size of something that is within it.</summary>
    public void Cover(Symbol inner)
    {
        if (!ReferenceEquals(inner, this))
        {
            Weight += inner.Weight;
            Depth = Math.Max(Depth, inner.Depth + 1);
        }
    }
}
