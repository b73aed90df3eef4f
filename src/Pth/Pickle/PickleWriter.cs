using System.Buffers;

namespace Pth.Pickle;

/// <summary>
/// Writes pickles of protocol 2, byte for byte what CPython's C pickler writes of the same objects with <c>fix_imports</c>, as
/// <c>torch.save</c> has it. Does not recurse.
/// </summary>
/// <remarks>
/// What is one object and what is two decides the bytes: strings, lists, tuples and the like are remembered by identity, names by
/// module and name. Where Python versions differ (classes in classes), it writes what 3.13 and later write.
/// </remarks>
internal sealed partial class PickleWriter(IBufferWriter<byte> output, IPickleReducer? reducer = null)
{
    private readonly PickleOutput _output = new(output);
    private PickleReferences _references = new();

    /// <summary>Writes one pickle. The next one on the same output remembers nothing of it.</summary>
    /// <exception cref="InvalidOperationException">The value holds what cannot be pickled.</exception>
    public void Write(PyValue value)
    {
        _references = new PickleReferences();
        _globals.Clear();
        _shortBytes = null;
        _characters = null;
        _depth = 0;
        _output.WriteU8(Opcode.PROTO, 2);
        Save(value);
        while (_depth > 0)
        {
            Continue();
        }
        _output.Write(Opcode.STOP);
        _output.Flush();
    }

    /// <summary>Writes a value, or begins it when it holds others.</summary>
    private void Save(PyValue value)
    {
        switch (value)
        {
            case PyString text:
                SaveString(text);
                break;
            case PyInt number:
                WriteInt(number);
                break;
            case PyTuple tuple:
                BeginTuple(tuple);
                break;
            case PyNone:
                _output.Write(Opcode.NONE);
                break;
            case PyBool boolean:
                _output.Write(boolean.Value ? Opcode.NEWTRUE : Opcode.NEWFALSE);
                break;
            case PyFloat number:
                _output.WriteF64(Opcode.BINFLOAT, number.Value);
                break;
            case PyTensor tensor:
                PyValue reduced =
                    reducer?.Reduce(tensor)
                    ?? throw new InvalidOperationException($"Nothing says how to write a {tensor.Describe()}.");
                Save(reduced);
                break;
            case PyDict dict:
                BeginDict(dict);
                break;
            case PyList list:
                BeginList(list);
                break;
            case PyPersistent reference:
                Begin(Work.Reference, reference.Id);
                break;
            case PyGlobal or PyObject or PyStorage when reducer?.PersistentId(value) is { } id:
                Begin(Work.Reference, id);
                break;
            case PyGlobal global:
                SaveGlobal(global);
                break;
            case PyObject called:
                BeginObject(called);
                break;
            case PyExtension extension:
                WriteExtension(extension.Code);
                break;
            case PyBytes bytes:
                SaveBytes(bytes);
                break;
            case PySet set:
                BeginSet(set);
                break;
            case PyBuffer buffer:
                throw new InvalidOperationException(
                    $"The {buffer.Describe()} cannot be pickled: protocol 2 has bytes inside the pickle only."
                );
            default:
                throw new InvalidOperationException($"Nothing says how to write a {value.Describe()}.");
        }
    }

    private void SaveString(PyString text)
    {
        if (_references.TryAdd(text, out int index))
        {
            _output.WriteText(text.Value);
            WritePut(index);
        }
        else
        {
            WriteGet(index);
        }
    }

    private void WriteInt(PyInt number)
    {
        if (!number.TryGetInt64(out long value) || value is < int.MinValue or > int.MaxValue)
        {
            byte[] bytes = number.Value.ToByteArray();
            if (bytes.Length <= byte.MaxValue)
            {
                _output.WriteU8(Opcode.LONG1, (byte)bytes.Length);
            }
            else
            {
                _output.WriteI32(Opcode.LONG4, bytes.Length);
            }
            _output.Write(bytes);
        }
        else if (value is < 0 or > ushort.MaxValue)
        {
            _output.WriteI32(Opcode.BININT, (int)value);
        }
        else if (value > byte.MaxValue)
        {
            _output.WriteU16(Opcode.BININT2, (ushort)value);
        }
        else
        {
            _output.WriteU8(Opcode.BININT1, (byte)value);
        }
    }

    /// <summary>Writes that an object is one met before, where it is.</summary>
    private bool TryRecall(PyValue value)
    {
        bool isKnown = _references.TryGet(value, out int index);
        if (isKnown)
        {
            WriteGet(index);
        }
        return isKnown;
    }

    /// <summary>Remembers an object that is not remembered yet.</summary>
    private void Remember(PyValue value)
    {
        _references.TryAdd(value, out int index);
        WritePut(index);
    }

    /// <summary>As <see cref="Remember"/>, for an object that Python makes while it writes and then drops.</summary>
    private void RememberUnseen() => WritePut(_references.AddUnseen());

    private void WriteGet(int index)
    {
        if (index <= byte.MaxValue)
        {
            _output.WriteU8(Opcode.BINGET, (byte)index);
        }
        else
        {
            _output.WriteI32(Opcode.LONG_BINGET, index);
        }
    }

    private void WritePut(int index)
    {
        if (index <= byte.MaxValue)
        {
            _output.WriteU8(Opcode.BINPUT, (byte)index);
        }
        else
        {
            _output.WriteI32(Opcode.LONG_BINPUT, index);
        }
    }
}
