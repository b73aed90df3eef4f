using System.Globalization;
using System.Text;

namespace Pth.Security;

/// <content>What PyTorch's own functions and references mean.</content>
internal ref partial struct SymbolicMachine
{
    private const long LargeAllocation = 16 << 20;
    private const int MemoryPerClaim = 80;

    private Symbol Persist(Symbol id)
    {
        ReadOnlySpan<Symbol> items = id.Kind == SymbolKind.Tuple ? id.Items : [];
        if (items.Length >= 5 && IsText(items[0], "storage"u8))
        {
            string key =
                items[2].Kind == SymbolKind.Int
                    ? items[2].Number.ToString(CultureInfo.InvariantCulture)
                    : NameOf(items[2]);
            _memory += MemoryPerClaim + 2 * key.Length;
            int size = items[1].Global?.ItemSize ?? 0;
            long elements = items[4].Kind == SymbolKind.Int ? items[4].Number : -1;
            _trace.Storages.Add(new StorageClaim(key, elements, size));
            return New(
                new Symbol(SymbolKind.Persistent)
                {
                    Number = size,
                    Count = elements,
                    Arguments = id,
                }
            );
        }
        bool isModule = items.Length > 0 && IsText(items[0], "module"u8);
        if (isModule || (items.Length > 0 && IsText(items[0], "reduce_package"u8)))
        {
            string what = isModule ? "the source code of a class" : "a TorchScript module";
            _trace.Note(ScanLevel.NeedsCode, "PTH050", _operation.Offset, $"the pickle refers to {what}");
        }
        else if (id.Kind != SymbolKind.Int && !IsNumber(id))
        {
            Note("PTH011", $"a reference to the outside by {Describe(id)}");
        }
        return New(new Symbol(SymbolKind.Persistent) { Count = -1, Arguments = id });
    }

    private readonly bool IsText(Symbol symbol, ReadOnlySpan<byte> expected) =>
        symbol.Kind is SymbolKind.Text or SymbolKind.Bytes
        && (
            symbol.Text is { } text
                ? Ascii.Equals(expected, text)
                : _bytes.Slice((int)symbol.Number, (int)symbol.Count).SequenceEqual(expected)
        );

    // The first PyTorch counted its tensors.
    private readonly bool IsNumber(Symbol id) =>
        id.Kind == SymbolKind.Text
        && (id.Text?.Length ?? id.Count) is > 0 and < 20
        && TextOf(id) is var text
        && !text.AsSpan().ContainsAnyExceptInRange('0', '9');

    private readonly void FindBytes(GlobalUse use, ReadOnlySpan<Symbol> items)
    {
        if (items.Length == 0)
        {
            return;
        }
        Symbol first = items[0];
        if (first.Kind == SymbolKind.Int && first.Number >= LargeAllocation)
        {
            Note("PTH027", $"{use.FullName}({first.Number}) takes that much memory for a few bytes of file");
        }
        // Python 2's protocols have no bytes: they are text of Latin-1.
        if (
            first.Kind == SymbolKind.Text
            && (first.Text?.Length ?? first.Count) >= PickleSearch.ShortestPickle
            && _decoded.Add(first)
        )
        {
            byte[] bytes = Encoding.Latin1.GetBytes(TextOf(first));
            if (PickleSearch.MayHold(bytes))
            {
                _trace.Hide(new HiddenRange(_operation.Offset, bytes.Length, bytes, IsText: false));
            }
        }
    }

    // Of a shape, or of the ends of a range: a few bytes of file, and memory for as many values.
    private readonly void CheckAmount(GlobalUse use, ReadOnlySpan<Symbol> items)
    {
        if (items.Length == 0 || !Wants("PTH027"))
        {
            return;
        }
        bool isShape = use.Role == GlobalRole.Allocates && items[0].Kind is SymbolKind.Tuple or SymbolKind.List;
        Int128 amount = isShape ? 1 : 0;
        foreach (
            Symbol item in isShape ? items[0].Items
            : use.Role == GlobalRole.Counts ? items
            : items[..1]
        )
        {
            long number = item.Kind == SymbolKind.Int ? Math.Max(item.Number, -long.MaxValue) : 1;
            amount = isShape ? amount * Math.Max(number, 0) : Int128.Max(amount, Math.Abs(number));
            if (amount >= LargeAllocation)
            {
                Note("PTH027", $"{use.FullName} of {amount} takes that much memory for a few bytes of file");
                return;
            }
        }
    }

    private readonly void CheckBounds(GlobalRole role, ReadOnlySpan<Symbol> items)
    {
        if (items.Length < 4 || items[0].Kind != SymbolKind.Persistent || items[0].Count < 0)
        {
            return;
        }
        int itemSize = 1;
        if (role == GlobalRole.RebuildsTyped)
        {
            itemSize = items.Length > 6 ? items[6].Global?.ItemSize ?? 0 : 0;
        }
        if (
            itemSize == 0
            || !TryReadInts(items[2], stackalloc long[Symbol.MostItems], out ReadOnlySpan<long> sizes)
            || !TryReadInts(items[3], stackalloc long[Symbol.MostItems], out ReadOnlySpan<long> strides)
        )
        {
            return;
        }
        Int128 end = items[1].Kind == SymbolKind.Int ? items[1].Number : 0;
        bool isEmpty = sizes.Contains(0);
        bool isNegative =
            end < 0 || sizes.ContainsAnyInRange(long.MinValue, -1) || strides.ContainsAnyInRange(long.MinValue, -1);
        for (int i = 0; i < Math.Min(sizes.Length, strides.Length); i++)
        {
            end += ((Int128)sizes[i] - 1) * strides[i];
        }
        if (isNegative || sizes.Length != strides.Length || (!isEmpty && (end + 1) * itemSize > items[0].Count))
        {
            string shape =
                $"sizes ({string.Join(", ", sizes.ToArray())}) and strides ({string.Join(", ", strides.ToArray())})";
            Note("PTH061", $"a tensor of {shape} at {Describe(items[1])} in a storage of {items[0].Count} elements");
        }
    }

    private static bool TryReadInts(Symbol symbol, Span<long> buffer, out ReadOnlySpan<long> values)
    {
        values = [];
        if (symbol is { Kind: SymbolKind.Call, Callee.Global.Role: GlobalRole.Wraps, Arguments.Items.Length: 1 })
        {
            symbol = symbol.Arguments.Items[0];
        }
        if (symbol.Kind is not (SymbolKind.Tuple or SymbolKind.List) || symbol.Count != symbol.Items.Length)
        {
            return false;
        }
        for (int i = 0; i < symbol.Items.Length; i++)
        {
            if (symbol.Items[i].Kind != SymbolKind.Int)
            {
                return false;
            }
            buffer[i] = symbol.Items[i].Number;
        }
        values = buffer[..symbol.Items.Length];
        return true;
    }
}
