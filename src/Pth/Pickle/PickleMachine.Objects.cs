namespace Pth.Pickle;

/// <content>Names, calls and what is done to the objects they make. Nothing is called.</content>
internal ref partial struct PickleMachine
{
    private readonly PyGlobal MakeGlobal(string module, string name)
    {
        if (Protocol >= FirstProtocolOfPython3)
        {
            return new PyGlobal(module, name);
        }
        (string Module, string Name) mapped = Python2Names.ToPython3(module, name);
        bool comesBack =
            Python2Names.ToPython2(mapped.Module, mapped.Name) == (module, name) && !mapped.Name.Contains('.');
        return new PyGlobal(mapped.Module, mapped.Name) { Spelling = comesBack ? null : new PyGlobal(module, name) };
    }

    private PyExtension MakeExtension(int code)
    {
        Charge(ScalarPrice);
        return code > 0 ? new PyExtension(code) : throw Error($"extension code {code}", "1 or more");
    }

    private void StackGlobal()
    {
        int first = Below(2);
        if (_stack[first] is not PyString module || _stack[first + 1] is not PyString name)
        {
            throw Error($"{_stack[first].Describe()} and {_stack[first + 1].Describe()}", "a module and a name");
        }
        CheckName(module.Value);
        CheckName(name.Value);
        // Written as GLOBAL, which has a line for each, such a name would be another opcode.
        if (module.Value.Contains('\n') || name.Value.Contains('\n'))
        {
            throw Error("a name with a line feed", "a module and a name");
        }
        Charge(NamePrice);
        Replace(first, MakeGlobal(module.Value, name.Value));
    }

    private void Reduce(PyConstruction construction)
    {
        int first = Below(2);
        PyValue callable = CheckCallable(_stack[first]);
        PyTuple arguments = CheckArguments(_stack[first + 1]);
        // One without a state lies beside every tensor: no call is made for it.
        if (IsOrderedDict(callable) && MakeOrderedDict(arguments) is { } dict)
        {
            Charge(DictionaryPrice);
            Replace(first, dict);
            return;
        }
        var call = new PyObject(callable, arguments, construction)
        {
            IsNestedName = _previous == Opcode.TUPLE2 && IsNestedName(callable, arguments),
        };
        Replace(first, Construct(call));
    }

    private static bool IsNestedName(PyValue callable, PyTuple arguments) =>
        callable is PyGlobal global
        && global.Is("builtins", "getattr")
        && arguments[1] is PyString
        && arguments[0] is PyGlobal or PyObject { IsNestedName: true };

    private void ReduceWithKeywords()
    {
        int first = Below(3);
        PyValue callable = CheckCallable(_stack[first]);
        PyTuple arguments = CheckArguments(_stack[first + 1]);
        PyValue keywords = _stack[first + 2];
        if (keywords is not PyDict)
        {
            throw Error($"{keywords.Describe()} as keyword arguments", "a dictionary");
        }
        var call = new PyObject(callable, arguments, PyConstruction.NewObjectWithKeywords) { Keywords = keywords };
        Replace(first, Construct(call));
    }

    private void Instantiate(PyValue callable, int first)
    {
        ChargeHeld(From(first), sizeof(long), before: 0);
        Charge(TuplePrice);
        var arguments = new PyTuple(From(first).ToArray(), owned: true);
        Replace(first, Construct(new PyObject(callable, arguments)));
    }

    private void InstantiateFromStack()
    {
        if (_count == _floor)
        {
            throw Error("OBJ with nothing above the mark", "a class and its arguments");
        }
        int first = PopMark();
        PyValue callable = CheckCallable(_stack[first]);
        ChargeHeld(From(first + 1), sizeof(long), before: 0);
        Charge(TuplePrice);
        var arguments = new PyTuple(From(first + 1).ToArray(), owned: true);
        Replace(first, Construct(new PyObject(callable, arguments)));
    }

    private void Build()
    {
        int first = Below(2);
        PyValue target = _stack[first];
        PyValue state = _stack[first + 1];
        if (_resolver is null || !_resolver.Build(target, state, _start + _opcodeOffset))
        {
            SetState(target, state);
        }
        Drop(first + 1);
    }

    private void SetState(PyValue target, PyValue state)
    {
        Charge(FirstEntriesPrice + (PyContainers.IsContainer(state) ? PlacePrice : 0));
        bool added = target switch
        {
            PyObject called => called.TryAddState(state),
            PyDict { IsOrdered: true } dict => dict.TryAddState(state),
            _ => throw Error($"{target.Describe()} to give a state to", "an object"),
        };
        if (!added)
        {
            throw Error(
                $"more than {PyStates.Max} states for one object",
                "one, as Python writes it",
                CheckpointErrorKind.LimitExceeded
            );
        }
    }

    private PyValue Resolve(PyValue id)
    {
        Charge(ObjectPrice);
        return _resolver?.ResolvePersistentId(id, _start + _opcodeOffset) ?? new PyPersistent(id);
    }

    private PyValue Construct(PyObject call)
    {
        Charge(ObjectPrice);
        PyValue made = MakeBuiltin(call) ?? _resolver?.Construct(call, _start + _opcodeOffset) ?? call;
        Charge(
            made switch
            {
                PyTensor => TensorPrice,
                PyObject => WalkPrice,
                _ => TextPrice,
            }
        );
        return made;
    }

    private readonly PyValue CheckCallable(PyValue value) =>
        value is PyGlobal or PyObject or PyPersistent or PyExtension
            ? value
            : throw Error($"{value.Describe()} to call", "a class or function");

    private readonly PyTuple CheckArguments(PyValue value) =>
        value as PyTuple ?? throw Error($"{value.Describe()} as arguments", "a tuple");
}
