namespace Pth.Pickle;

/// <content>Calls that make what has a kind of its own: ordered dictionaries, sets and bytes.</content>
internal ref partial struct PickleMachine
{
    /// <summary>The value that a call makes, or null where it is not one of these or its arguments are not plain.</summary>
    private PyValue? MakeBuiltin(PyObject call)
    {
        if (call is not { Callable: PyGlobal global, Arguments: PyTuple arguments } || call.Keywords is not null)
        {
            return null;
        }
        return global.Module switch
        {
            "collections" when IsOrderedDict(global) => MakeOrderedDict(arguments),
            "builtins" => global.Name switch
            {
                "set" => MakeSet(call, arguments, isFrozen: false),
                "frozenset" => MakeSet(call, arguments, isFrozen: true),
                "bytes" => MakeBytes(call, arguments, isMutable: false),
                "bytearray" => MakeBytes(call, arguments, isMutable: true),
                _ => null,
            },
            "_codecs" when global.Name == "encode" => Encode(call, arguments),
            _ => null,
        };
    }

    private static bool IsOrderedDict(PyValue callable) =>
        callable is PyGlobal global && global.Is("collections", "OrderedDict");

    /// <summary>Python 3 calls it with nothing and sets the items; Python 2 with a list of pairs.</summary>
    private PyDict? MakeOrderedDict(PyTuple arguments)
    {
        var dict = new PyDict { IsOrdered = true };
        switch (arguments.Count)
        {
            case 0:
                return dict;
            case 1 when arguments[0] is PyDict other:
                CountCopied(other.Count, KeyPrice);
                foreach ((PyValue key, PyValue value) in other)
                {
                    dict.SetRead(key, value);
                }
                return dict;
            case 1 when arguments[0] is PyList or PyTuple && TryIterate(arguments[0], out IEnumerable<PyValue>? pairs):
                foreach (PyValue pair in pairs)
                {
                    CountCopied(1, KeyPrice);
                    switch (pair)
                    {
                        case PyTuple { Count: 2 } tuple:
                            SetOne(dict, tuple[0], tuple[1]);
                            break;
                        case PyList { Count: 2 } list:
                            SetOne(dict, list[0], list[1]);
                            break;
                        default:
                            throw Error($"{pair.Describe()} in the list of an OrderedDict", "a key and a value");
                    }
                }
                return dict;
            default:
                return null;
        }
    }

    /// <summary>
    /// Each byte of a pickle gives at most one item or byte to copy, and an honest pickle copies it once. Without a bound, one long
    /// list and a million calls of <c>set</c> with it would fill the memory.
    /// </summary>
    private void CountCopied(int count, int price)
    {
        _copied += count;
        Charge((long)count * price);
        if (_copied > _bytes.Length)
        {
            throw Error(
                "calls that copy the same content again and again",
                "each once",
                CheckpointErrorKind.LimitExceeded
            );
        }
    }

    private PySet? MakeSet(PyObject call, PyTuple arguments, bool isFrozen)
    {
        Charge(DictionaryPrice + FirstEntriesPrice);
        var set = new PySet { IsFrozen = isFrozen, Source = call };
        if (arguments.Count == 0)
        {
            return set;
        }
        if (arguments.Count > 1 || !TryIterate(arguments[0], out IEnumerable<PyValue>? items))
        {
            return null;
        }
        foreach (PyValue item in items)
        {
            CountCopied(1, KeyPrice);
            CheckKey(item);
            set.AddRead(item);
        }
        return set;
    }

    /// <summary>Python 3 gives <c>bytes</c> nothing and <c>bytearray</c> bytes; Python 2 gives it text and the name of an encoding.</summary>
    private PyBytes? MakeBytes(PyObject call, PyTuple arguments, bool isMutable) =>
        arguments.Count switch
        {
            0 => new PyBytes(default, isMutable) { Source = call },
            1 => arguments[0] switch
            {
                PyBytes bytes => new PyBytes(bytes.Value, isMutable) { Source = call },
                PyList list => new PyBytes(ToByteValues(list), isMutable),
                PyInt or PyBool => throw Error(
                    $"a call for {arguments[0].Describe()} zero bytes",
                    "bytes that are in the file",
                    CheckpointErrorKind.LimitExceeded
                ),
                _ => null,
            },
            2 when IsLatin1(arguments[1]) && arguments[0] is PyString text => new PyBytes(ToLatin1(text), isMutable)
            {
                Source = call,
            },
            _ => null,
        };

    /// <summary><c>_codecs.encode(text, 'latin1')</c>: how Python 3 says bytes to a machine that knows no opcode for them.</summary>
    private PyBytes? Encode(PyObject call, PyTuple arguments) =>
        arguments.Count == 2 && arguments[0] is PyString text && IsLatin1(arguments[1])
            ? new PyBytes(ToLatin1(text)) { Source = call }
            : null;

    private static bool IsLatin1(PyValue encoding) =>
        encoding is PyString { Value: "latin1" or "latin-1" or "iso-8859-1" or "latin_1" };

    private byte[] ToLatin1(PyString text)
    {
        CountCopied(text.Value.Length, 1);
        var bytes = new byte[text.Value.Length];
        for (int i = 0; i < bytes.Length; i++)
        {
            char character = text.Value[i];
            bytes[i] =
                character <= byte.MaxValue
                    ? (byte)character
                    : throw Error($"U+{(int)character:X4} in text that stands for bytes", "U+00FF or less");
        }
        return bytes;
    }

    private byte[] ToByteValues(PyList list)
    {
        CountCopied(list.Count, 1);
        var bytes = new byte[list.Count];
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] =
                list[i] is PyInt number && number.TryGetInt64(out long value) && value is >= 0 and <= byte.MaxValue
                    ? (byte)value
                    : throw Error($"{list[i].Describe()} in a list of bytes", "0 to 255");
        }
        return bytes;
    }
}
