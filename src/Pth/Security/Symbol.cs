namespace Pth.Security;

/// <summary>
/// A value on the stack of the symbolic machine: what it is, never what it would become. Containers keep the first few of their items, which
/// is enough to show a call; all of them are counted.
/// </summary>
internal sealed class Symbol(SymbolKind kind)
{
    /// <summary>Items that a tuple keeps; other containers keep fewer.</summary>
    public const int MostItems = 24;

    private const int MostListItems = 8;
    private const int SmallInts = 256;

    public static readonly Symbol Unknown = new(SymbolKind.Unknown);
    public static readonly Symbol None = new(SymbolKind.None);
    public static readonly Symbol True = new(SymbolKind.Bool) { Number = 1 };
    public static readonly Symbol False = new(SymbolKind.Bool);
    public static readonly Symbol EmptyTuple = new(SymbolKind.Tuple);
    public static readonly Symbol Float = new(SymbolKind.Float);

    private static readonly Symbol[] Small =
    [
        .. Enumerable.Range(0, SmallInts).Select(value => new Symbol(SymbolKind.Int) { Number = value }),
    ];

    private object? _part;
    private float _weight = 1;

    public SymbolKind Kind => kind;

    /// <summary>Whether it is a tensor.</summary>
    public bool IsTensor { get; init; }

    /// <summary>How deep containers nest in it.</summary>
    public int Depth { get; private set; }

    /// <summary>The value of an int; where text or bytes begin in the pickle; the bytes an element of a storage has.</summary>
    public long Number { get; init; }

    /// <summary>How many bytes text or bytes have; how many items a container has; how many elements a storage has.</summary>
    public long Count { get; set; }

    /// <summary>Text that is not in the pickle as it reads.</summary>
    public string? Text
    {
        get => _part as string;
        init => _part = value;
    }

    /// <summary>What a global is known as.</summary>
    public GlobalUse? Global
    {
        get => _part as GlobalUse;
        init => _part = value;
    }

    /// <summary>What is called.</summary>
    public Symbol? Callee { get; init; }

    /// <summary>With which arguments; the id of a persistent reference.</summary>
    public Symbol? Arguments
    {
        get => _part as Symbol;
        init => _part = value;
    }

    /// <summary>How many values it is when everything that is repeated is written out.</summary>
    public float Weight => _weight;

    /// <summary>About how many bytes of memory it takes.</summary>
    public int Size => kind >= SymbolKind.Tuple ? 128 : 64;

    /// <summary>Whether its memory is counted. What is shared by all pickles is not.</summary>
    public bool IsCounted { get; set; }

    /// <summary>Whether its memory is counted no more, which is so once at most.</summary>
    public bool TryRelease()
    {
        bool wasCounted = IsCounted;
        IsCounted = false;
        return wasCounted;
    }

    /// <summary>Whether it is a dict with a key that Python gives a meaning to.</summary>
    public string? SpecialKey
    {
        get => (_part as SymbolItems)?.SpecialKey;
        set => (_part as SymbolItems ?? MakeItems()).SpecialKey = value;
    }

    /// <summary>The first items; of a dict, keys and values in turn.</summary>
    public ReadOnlySpan<Symbol> Items => _part is SymbolItems items ? items.Kept : [];

    /// <summary>An int. Small ones are always the same.</summary>
    public static Symbol Int(long value) =>
        value is >= 0 and < SmallInts ? Small[value] : new Symbol(SymbolKind.Int) { Number = value };

    /// <summary>Makes room for items, as many as are kept of so many.</summary>
    public void Reserve(int count)
    {
        if (count > 0)
        {
            (_part as SymbolItems ?? MakeItems()).Reserve(Math.Min(count, MostKept));
        }
    }

    /// <summary>Adds an item.</summary>
    /// <returns>Whether it is kept; if not, only its size is.</returns>
    public bool Add(Symbol item)
    {
        Count++;
        Cover(item);
        return (_part as SymbolItems ?? MakeItems()).TryAdd(item, MostKept);
    }

    /// <summary>Takes the size of something that is within it.</summary>
    public void Cover(Symbol inner)
    {
        if (!ReferenceEquals(inner, this))
        {
            _weight += inner._weight;
            Depth = Math.Max(Depth, inner.Depth + 1);
        }
    }

    private int MostKept => kind == SymbolKind.Tuple ? MostItems : MostListItems;

    private SymbolItems MakeItems()
    {
        var items = new SymbolItems();
        _part = items;
        return items;
    }
}
