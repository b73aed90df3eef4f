using System.Text;
using Pth.Pickle;

namespace Pth.Security;

/// <content>Names, calls and states.</content>
internal ref partial struct SymbolicMachine
{
    private const int MemoryPerGlobal = 400;

    /// <summary>What is read of a name. One that is longer is no class's, whatever it begins with.</summary>
    private const int LongestName = 1_000;

    private void ExecuteObject()
    {
        switch (_operation.Opcode)
        {
            case Opcode.GLOBAL:
                Push(ReadGlobal());
                break;
            case Opcode.STACK_GLOBAL:
                Push(StackGlobal());
                break;
            case Opcode.INST:
                Push(Instance());
                break;
            case Opcode.OBJ:
                CallMarked();
                break;
            case Opcode.REDUCE or Opcode.NEWOBJ:
                Symbol arguments = Pop();
                Push(Call(Pop(), arguments));
                break;
            case Opcode.NEWOBJ_EX:
                Symbol keywords = Pop();
                Symbol positional = Pop();
                Symbol both = New(new Symbol(SymbolKind.Tuple));
                both.Add(positional);
                both.Add(keywords);
                Push(Call(Pop(), both));
                break;
            case Opcode.BUILD:
                Build(Pop(), Peek());
                break;
            case Opcode.EXT1 or Opcode.EXT2 or Opcode.EXT4:
                long code = (long)_operation.Number(_bytes);
                Note("PTH006", $"the class or function with number {code} in copyreg's registry, whatever that is");
                Push(New(new Symbol(SymbolKind.Extension) { Number = code }));
                break;
            case Opcode.PERSID:
                Push(
                    Persist(
                        New(
                            new Symbol(SymbolKind.Text)
                            {
                                Number = _operation.ArgumentOffset,
                                Count = _operation.ArgumentLength,
                            }
                        )
                    )
                );
                break;
            case Opcode.BINPERSID:
                Push(Persist(Pop()));
                break;
        }
    }

    private Symbol ReadGlobal()
    {
        ReadOnlySpan<byte> argument = Argument;
        int newLine = argument.IndexOf((byte)'\n');
        ReadOnlySpan<byte> name = argument[(newLine + 1)..];
        return Global(
            Encoding.UTF8.GetString(argument[..Math.Min(newLine, LongestName)]),
            Encoding.UTF8.GetString(name[..Math.Min(name.Length, LongestName)])
        );
    }

    private Symbol StackGlobal()
    {
        Symbol name = Pop();
        Symbol module = Pop();
        if (IsName(module) && IsName(name))
        {
            return Global(NameOf(module), NameOf(name));
        }
        if (Wants("PTH004"))
        {
            Warn("PTH004", $"imports {Describe(name)} of {Describe(module)}: no pickler makes a name while it is read");
        }
        return Symbol.Unknown;
    }

    // A pickle can name a text of a million letters a million times.
    private readonly string NameOf(Symbol symbol)
    {
        if (symbol.Text is { } text)
        {
            return text.Length > LongestName ? text[..LongestName] : text;
        }
        // A reference can have anything for its key.
        if (!IsName(symbol))
        {
            return "";
        }
        int length = (int)Math.Min(symbol.Count, LongestName);
        return Encoding.UTF8.GetString(_bytes.Slice((int)symbol.Number, length));
    }

    private static bool IsName(Symbol symbol) => symbol.Kind is SymbolKind.Text or SymbolKind.Bytes;

    private Symbol Global(string module, string name)
    {
        bool isOld = _trace.Protocol < 3;
        if (!_trace.Globals.TryGetValue((module, name, isOld), out GlobalUse? use))
        {
            use = new GlobalUse(module, name, isOld, _operation.Offset, _rules.Judge(module, name, isOld));
            _trace.Globals.Add((module, name, isOld), use);
            _memory += MemoryPerGlobal + 4 * (module.Length + name.Length);
        }
        if (_listsImports)
        {
            _trace.Imports[_operation.Offset] = use;
        }
        return New(new Symbol(SymbolKind.Global) { Global = use });
    }

    // Without a mark there is no call: both of Python's machines look for it first.
    private Symbol Instance()
    {
        bool isCall = _marks.Count > 0;
        Symbol arguments = New(new Symbol(SymbolKind.Tuple));
        PopToMark(arguments);
        return isCall ? Call(ReadGlobal(), arguments) : ReadGlobal();
    }

    private void CallMarked()
    {
        int start = _marks.Count == 0 ? _stack.Count : _marks[^1];
        Symbol callee = start < _stack.Count ? _stack[start] : Symbol.Unknown;
        Symbol arguments = New(new Symbol(SymbolKind.Tuple));
        for (int i = start + 1; i < _stack.Count; i++)
        {
            arguments.Add(_stack[i]);
        }
        PopToMark(null);
        Push(Call(callee, arguments));
    }

    private Symbol Call(Symbol callee, Symbol arguments)
    {
        GlobalUse? use = callee.Global;
        bool isTensor = use?.Role is GlobalRole.RebuildsTensor or GlobalRole.RebuildsTyped or GlobalRole.WrapsTensor;
        var call = new Symbol(SymbolKind.Call)
        {
            Callee = callee,
            Arguments = arguments,
            IsTensor = isTensor || (use?.Role == GlobalRole.CallsFirstWithThird),
        };
        call.Cover(arguments);
        if (use is not null)
        {
            Record(use, call, arguments);
        }
        else if (
            callee.Kind is SymbolKind.Call or SymbolKind.Persistent or SymbolKind.Extension
            || ReferenceEquals(callee, Symbol.Unknown)
        )
        {
            if (Wants("PTH010"))
            {
                Note("PTH010", $"calls {Describe(callee)}", Describe(call));
            }
        }
        else if (Wants("PTH026"))
        {
            Note("PTH026", $"calls {Describe(callee)}, which cannot be called");
        }
        return New(call);
    }

    private void Record(GlobalUse use, Symbol call, Symbol arguments)
    {
        use.IsCalled = true;
        _trace.HasCalls = true;
        if (use.Verdict.Level != ScanLevel.Safe && use.Calls.Count < GlobalUse.MostCalls)
        {
            use.Calls.Add((_operation.Offset, Describe(call)));
        }
        ReadOnlySpan<Symbol> items = arguments.Items;
        switch (use.Role)
        {
            case GlobalRole.MakesBytes:
                FindBytes(use, items);
                break;
            case GlobalRole.Allocates or GlobalRole.Counts:
                CheckAmount(use, items);
                break;
            case GlobalRole.CallsSecondWithFirst when items.Length > 1:
                _ = Call(items[1], Only(items[0]));
                break;
            case GlobalRole.RebuildsTensor or GlobalRole.RebuildsTyped:
                CheckBounds(use.Role, items);
                break;
            case GlobalRole.MakesFirst when items.Length > 0 && items[0].Global is { } made:
                Record(made, new Symbol(SymbolKind.Call) { Callee = items[0], Arguments = Rest(items, 1) });
                break;
            case GlobalRole.CallsFirstWithThird when items.Length > 2:
                _ = Call(items[0], items[2]);
                break;
        }
    }

    // An object made through another function: its class is what counts, and it has no role of its own.
    private readonly void Record(GlobalUse use, Symbol call)
    {
        use.IsCalled = true;
        if (use.Verdict.Level != ScanLevel.Safe && use.Calls.Count < GlobalUse.MostCalls)
        {
            use.Calls.Add((_operation.Offset, Describe(call)));
        }
    }

    private static Symbol Only(Symbol item)
    {
        var tuple = new Symbol(SymbolKind.Tuple);
        tuple.Add(item);
        return tuple;
    }

    private static Symbol Rest(ReadOnlySpan<Symbol> items, int start)
    {
        var rest = new Symbol(SymbolKind.Tuple);
        foreach (Symbol item in items[start..])
        {
            rest.Add(item);
        }
        return rest;
    }

    private void Build(Symbol state, Symbol target)
    {
        if (target.Kind == SymbolKind.Global)
        {
            if (Wants("PTH007"))
            {
                Warn("PTH007", $"sets attributes of {target.Global!.FullName} itself: {Describe(state)}");
            }
            return;
        }
        if (target.Kind is SymbolKind.Call)
        {
            target.Cover(state);
        }
        if (target.IsTensor && state.Kind == SymbolKind.Tuple && state.Count == 4)
        {
            CheckBounds(GlobalRole.RebuildsTensor, state.Items);
        }
        string? special = state.SpecialKey;
        foreach (Symbol part in state.Kind == SymbolKind.Tuple ? state.Items : [])
        {
            special ??= part.SpecialKey;
        }
        if (special is not null && Wants("PTH009"))
        {
            Note("PTH009", $"a state that sets {special} of {Describe(target)}");
        }
    }
}
