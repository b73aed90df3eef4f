namespace Pth.Pickle;

/// <content>Calls, and the kinds for which protocol 2 has no opcode and writes a call.</content>
internal sealed partial class PickleWriter
{
    private static readonly PyGlobal SetClass = new("builtins", "set");
    private static readonly PyGlobal FrozenSetClass = new("builtins", "frozenset");
    private static readonly PyGlobal BytesClass = new("builtins", "bytes");
    private static readonly PyGlobal ByteArrayClass = new("builtins", "bytearray");
    private static readonly PyGlobal EncodeFunction = new("_codecs", "encode");
    private static readonly PyGlobal PartialClass = new("functools", "partial");
    private static readonly PyString Latin1 = new("latin1");

    // CPython keeps one object for each of the bytes of length 0 and 1 and of the characters below 256, so each is written once.
    private PyBytes?[]? _shortBytes;
    private PyString?[]? _characters;

    private void BeginObject(PyObject called)
    {
        if (TryRecall(called))
        {
            return;
        }
        if (called is { IsNestedName: true, Items: null, Entries: null, State: null })
        {
            SaveNested(called);
        }
        else if (called.Construction == PyConstruction.NewObjectWithKeywords)
        {
            Begin(Work.Object, WithoutKeywords(called), called);
        }
        else
        {
            Begin(Work.Object, called);
        }
    }

    /// <summary>The step of an object that writes its first state; each further one has a step of its own.</summary>
    private const int FirstState = 5;

    private void ContinueObject(ref Frame frame, PyObject called)
    {
        int depth = _depth;
        while (_depth == depth)
        {
            int step = frame.Next++;
            switch (step)
            {
                case 0:
                    Save(called.Callable);
                    break;
                case 1:
                    Save(called.Arguments);
                    break;
                case 2:
                    EndCall(called, frame.Remembered);
                    break;
                case 3 when called.Items is not null:
                    Begin(Work.Items, called.Items);
                    break;
                case 4 when called.Entries is not null:
                    Begin(Work.Entries, called.Entries);
                    break;
                case >= FirstState:
                    ContinueStates(step - FirstState, called.StateAt(step - FirstState));
                    break;
                default:
                    break;
            }
        }
    }

    private void EndCall(PyObject called, PyValue remembered)
    {
        _output.Write(called.Construction == PyConstruction.NewObject ? Opcode.NEWOBJ : Opcode.REDUCE);
        // An object that is remembered by now is its own argument: it has been completed on the way.
        if (_references.TryAdd(remembered, out int index))
        {
            WritePut(index);
        }
        else
        {
            _output.Write(Opcode.POP);
            WriteGet(index);
            _depth--;
        }
    }

    /// <summary>Protocol 2 has no <c>NEWOBJ_EX</c>: CPython calls <c>functools.partial(cls.__new__, cls, *args, **kwargs)</c>.</summary>
    private static PyObject WithoutKeywords(PyObject called)
    {
        PyValue construct = called.Callable is PyGlobal global
            ? new PyGlobal(global.Module, $"{global.Name}.__new__")
            : new PyObject(GetAttribute, new PyTuple(called.Callable, new PyString("__new__")));
        var keywords = new PyDict();
        foreach ((PyValue key, PyValue value) in called.Keywords?.As<PyDict>() ?? new PyDict())
        {
            keywords[key] = value;
        }
        var arguments = new PyTuple([called.Callable, .. called.Arguments.As<PyTuple>()]);
        var partial = new PyObject(PartialClass, new PyTuple(construct))
        {
            State = new PyTuple(construct, arguments, keywords, PyNone.Value),
        };
        var made = new PyObject(partial, PyTuple.Empty) { Items = called.Items, Entries = called.Entries };
        for (int i = 0; called.StateAt(i) is { } state; i++)
        {
            made.TryAddState(state);
        }
        return made;
    }

    private void BeginSet(PySet set)
    {
        if (TryRecall(set))
        {
            return;
        }
        if (set.Source is { } source && SaysTheSame(source, set))
        {
            Begin(Work.Object, source, set);
            return;
        }
        PyList items = [.. set];
        var call = new PyObject(set.IsFrozen ? FrozenSetClass : SetClass, new PyTuple(items));
        Begin(Work.Object, call, set);
    }

    /// <summary>Whether the call that a set was read from still lists what is in the set.</summary>
    private static bool SaysTheSame(PyObject source, PySet set) =>
        source.Arguments is PyTuple { Count: 0 }
            ? set.Count == 0
            : source.Arguments is PyTuple { Count: 1 } arguments
                && arguments[0] is IReadOnlyCollection<PyValue> listed
                && listed.SequenceEqual(set, ReferenceEqualityComparer.Instance);

    private void SaveBytes(PyBytes bytes)
    {
        if (!bytes.IsMutable && bytes.Value.Length <= 1)
        {
            _shortBytes ??= new PyBytes?[257];
            bytes = _shortBytes[bytes.Value.IsEmpty ? 256 : bytes.Value.Span[0]] ??= bytes;
        }
        if (TryRecall(bytes))
        {
            return;
        }
        if (bytes.Source is not null)
        {
            Begin(Work.Object, bytes.Source, bytes);
            return;
        }
        SaveGlobal(
            bytes.IsMutable ? ByteArrayClass
            : bytes.Value.IsEmpty ? BytesClass
            : EncodeFunction
        );
        if (bytes.Value.IsEmpty)
        {
            _output.Write(Opcode.EMPTY_TUPLE);
        }
        else if (bytes.IsMutable)
        {
            SaveBytes(new PyBytes(bytes.Value));
            _output.Write(Opcode.TUPLE1);
            RememberUnseen();
        }
        else
        {
            SaveLatin1(bytes.Value.Span);
            SaveString(Latin1);
            _output.Write(Opcode.TUPLE2);
            RememberUnseen();
        }
        _output.Write(Opcode.REDUCE);
        Remember(bytes);
    }

    private void SaveLatin1(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length == 1)
        {
            _characters ??= new PyString?[256];
            SaveString(_characters[bytes[0]] ??= new PyString(((char)bytes[0]).ToString()));
            return;
        }
        _output.WriteLatin1(bytes);
        RememberUnseen();
    }
}
