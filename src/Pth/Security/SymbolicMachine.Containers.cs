using Pth.Pickle;

namespace Pth.Security;

/// <content>Containers, and what they are put into.</content>
internal ref partial struct SymbolicMachine
{
    private bool ChangeContainer()
    {
        switch (_operation.Opcode)
        {
            case Opcode.EMPTY_LIST:
                Push(New(new Symbol(SymbolKind.List)));
                return true;
            case Opcode.EMPTY_DICT:
                Push(New(new Symbol(SymbolKind.Dict)));
                return true;
            case Opcode.EMPTY_SET:
                Push(New(new Symbol(SymbolKind.Set)));
                return true;
            case Opcode.LIST:
                PushMarked(SymbolKind.List);
                return true;
            case Opcode.TUPLE:
                PushMarked(SymbolKind.Tuple);
                return true;
            case Opcode.FROZENSET:
                PushMarked(SymbolKind.Set);
                return true;
            case Opcode.DICT:
                PushMarked(SymbolKind.Dict);
                FindSpecialKeys(_stack[^1], _stack[^1].Items);
                return true;
            case Opcode.TUPLE1 or Opcode.TUPLE2 or Opcode.TUPLE3:
                PushShortTuple(_operation.Facts.Pops);
                return true;
            case Opcode.APPEND:
                Symbol item = Pop();
                AddTo(Peek(), item, SymbolKind.List);
                return true;
            case Opcode.SETITEM:
                Symbol value = Pop();
                Symbol key = Pop();
                SetIn(Peek(), key, value);
                return true;
            case Opcode.APPENDS or Opcode.ADDITEMS or Opcode.SETITEMS:
                AddMarked();
                return true;
            case Opcode.READONLY_BUFFER:
                return true;
            default:
                return false;
        }
    }

    private void PushMarked(SymbolKind kind)
    {
        Symbol container = New(new Symbol(kind));
        PopToMark(container);
        Push(container);
    }

    private void PushShortTuple(int count)
    {
        Symbol tuple = New(new Symbol(SymbolKind.Tuple));
        tuple.Reserve(count);
        Symbol third = count > 2 ? Pop() : Symbol.Unknown;
        Symbol second = count > 1 ? Pop() : Symbol.Unknown;
        tuple.Add(Pop());
        if (count > 1)
        {
            tuple.Add(second);
        }
        if (count > 2)
        {
            tuple.Add(third);
        }
        Push(tuple);
    }

    private void AddMarked()
    {
        int start = _marks.Count == 0 ? _stack.Count : _marks[^1];
        List<Symbol> items = _stack.GetRange(start, _stack.Count - start);
        PopToMark(null);
        Symbol target = Peek();
        if (_operation.Opcode != Opcode.SETITEMS)
        {
            SymbolKind kind = _operation.Opcode == Opcode.APPENDS ? SymbolKind.List : SymbolKind.Set;
            foreach (Symbol item in items)
            {
                AddTo(target, item, kind);
            }
            return;
        }
        for (int i = 0; i + 1 < items.Count; i += 2)
        {
            SetIn(target, items[i], items[i + 1]);
        }
        if (items.Count % 2 != 0)
        {
            Note("PTH026", "SETITEMS of a key without a value");
        }
    }

    private void AddTo(Symbol target, Symbol item, SymbolKind expected)
    {
        if (target.Kind == SymbolKind.Global)
        {
            Warn("PTH007", $"adds an item to {target.Global!.FullName} itself");
        }
        else if (target.Kind == expected)
        {
            Put(target, item);
            CheckSize(target);
        }
        else if (target.Kind is SymbolKind.Call && !target.IsTensor)
        {
            target.Cover(item);
        }
        else if (!ReferenceEquals(target, Symbol.Unknown) && Wants("PTH026"))
        {
            Note("PTH026", $"{_operation.Opcode} to {Describe(target)}");
        }
    }

    private void SetIn(Symbol target, Symbol key, Symbol value)
    {
        if (target.Kind == SymbolKind.Dict)
        {
            Put(target, key);
            Put(target, value);
            CheckSize(target);
            FindSpecialKeys(target, [key]);
        }
        else if (target.Kind == SymbolKind.Global)
        {
            Warn("PTH007", $"sets an item of {target.Global!.FullName} itself");
        }
        else if (target.IsTensor || target.Kind == SymbolKind.Persistent)
        {
            string what = target.IsTensor ? "a tensor" : "a storage";
            Warn("PTH008", $"sets an item of {what}, which PyTorch before 2.10 did without checking its bounds");
        }
        else if (target.Kind == SymbolKind.Call)
        {
            target.Cover(value);
        }
        else if (!ReferenceEquals(target, Symbol.Unknown) && Wants("PTH026"))
        {
            Note("PTH026", $"{_operation.Opcode} in {Describe(target)}");
        }
    }

    private readonly void FindSpecialKeys(Symbol dict, ReadOnlySpan<Symbol> keys)
    {
        foreach (Symbol key in keys)
        {
            if (
                key.Kind == SymbolKind.Text
                && (key.Text?.Length ?? key.Count) is >= 7 and <= 24
                && TextOf(key) is ['_', '_', ..] name
                && IsSpecial(name)
            )
            {
                dict.SpecialKey = name;
            }
        }
    }

    private static bool IsSpecial(string name) =>
        name
            is "__class__"
                or "__reduce__"
                or "__reduce_ex__"
                or "__setstate__"
                or "__getattr__"
                or "__getattribute__"
                or "__setattr__"
                or "__del__"
                or "__code__"
                or "__globals__"
                or "__builtins__"
                or "__bases__"
                or "__subclasses__"
                or "__init__"
                or "__call__"
                or "__import__";
}
