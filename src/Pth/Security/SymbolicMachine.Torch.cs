using System.Globalization;
using System.Text;

namespace Pth.Security;

/// <content>What PyTorch's own functions and references mean.</content>
internal ref partial struct SymbolicMachine
{
    private const long LargeAllocation = 16 << 20;

    private Symbol Persist(Symbol id)
    {
        ReadOnlySpan<Symbol> items = id.Kind == SymbolKind.Tuple ? id.Items : [];
        string? kind =
            items.Length > 0 && items[0].Kind is SymbolKind.Text or SymbolKind.Bytes && items.Length > 0
                ? TextOf(items[0])
                : null;
        if (kind == "storage" && items.Length >= 5)
        {
            string key =
                items[2].Kind == SymbolKind.Int
                    ? items[2].Number.ToString(CultureInfo.InvariantCulture)
                    : TextOf(items[2]);
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
        if (kind is "module" or "reduce_package")
        {
            string what = kind == "module" ? "the source code of a class" : "a TorchScript module";
            _trace.Note(ScanLevel.NeedsCode, "PTH050", _operation.Offset, $"the pickle refers to {what}");
        }
        else if (id.Kind != SymbolKind.Int && !IsNumber(id))
        {
            Note("PTH011", $"a reference to the outside by {Describe(id)}");
        }
        return New(new Symbol(SymbolKind.Persistent) { Count = -1, Arguments = id });
    }

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
        if (first.Kind == SymbolKind.Text && (first.Text?.Length ?? first.Count) >= PickleSearch.ShortestPickle)
        {
            byte[] bytes = Encoding.Latin1.GetBytes(TextOf(first));
            if (PickleSearch.MayHold(bytes))
            {
                _trace.Hide(new HiddenRange(_operation.Offset, bytes.Length, bytes, IsText: false));
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
            || !TryReadInts(items[2], out List<long> sizes)
            || !TryReadInts(items[3], out List<long> strides)
        )
        {
            return;
        }
        Int128 end = items[1].Kind == SymbolKind.Int ? items[1].Number : 0;
        bool isEmpty = sizes.Contains(0);
        bool isNegative = end < 0 || sizes.Exists(size => size < 0) || strides.Exists(stride => stride < 0);
        for (int i = 0; i < Math.Min(sizes.Count, strides.Count); i++)
        {
            end += ((Int128)sizes[i] - 1) * strides[i];
        }
        if (isNegative || sizes.Count != strides.Count || (!isEmpty && (end + 1) * itemSize > items[0].Count))
        {
            string shape = $"sizes ({string.Join(", ", sizes)}) and strides ({string.Join(", ", strides)})";
            Note("PTH061", $"a tensor of {shape} at {Describe(items[1])} in a storage of {items[0].Count} elements");
        }
    }

    private static bool TryReadInts(Symbol symbol, out List<long> values)
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
        foreach (Symbol item in symbol.Items)
        {
            if (item.Kind != SymbolKind.Int)
            {
                return false;
            }
            values.Add(item.Number);
        }
        return true;
    }
}
