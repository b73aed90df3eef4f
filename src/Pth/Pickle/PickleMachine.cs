using Pth.Errors;

namespace Pth.Pickle;

/// <summary>The pickle machine while it runs over one pickle: input, stack, marks and memo.</summary>
/// <remarks>The opcodes and their meaning: Python's <c>pickletools.py</c>; where it leaves a case open, CPython's <c>_pickle.c</c> decides.</remarks>
internal ref partial struct PickleMachine
{
    private const int HighestProtocol = 5;

    /// <summary>Names of Python 2 are meant by the protocols that Python 2 can read.</summary>
    private const int FirstProtocolOfPython3 = 3;

    private readonly ErrorLocation _location;
    private readonly ReadLimits _limits;
    private readonly IPickleResolver? _resolver;

    private readonly ReadOnlySpan<byte> _bytes;
    private readonly long _start;
    private readonly bool _isCut;
    private int _offset;
    private int _opcodeOffset;
    private Opcode _previous;

    private readonly PickleMemo _memo;
    private PyValue[] _stack;
    private int _count;
    private int[] _marks;
    private int _markCount;

    /// <summary>The index of the first value above the last mark.</summary>
    private int _floor;

    /// <summary>How many buffers outside the pickle were named.</summary>
    private int _buffers;

    /// <summary>How many items and bytes calls have copied out of other values.</summary>
    private long _copied;

    /// <summary>What of memory was left for this pickle and all that comes after it, and what is.</summary>
    private readonly long _granted;
    private long _left;

    /// <param name="bytes">What may be read: the rest of the source, or as much of it as the limits allow.</param>
    /// <param name="start">Where in the source the bytes begin.</param>
    /// <param name="sourceLength">The length of the source.</param>
    /// <param name="location">What errors call the source.</param>
    /// <param name="limits">How much the pickle may ask for.</param>
    /// <param name="resolver">What makes values of calls and references.</param>
    public PickleMachine(
        ReadOnlySpan<byte> bytes,
        long start,
        long sourceLength,
        ErrorLocation location,
        ReadLimits limits,
        IPickleResolver? resolver
    )
    {
        _bytes = bytes;
        _start = start;
        _isCut = start + bytes.Length < sourceLength;
        _location = location;
        _limits = limits;
        _resolver = resolver;
        _granted = _left = limits.Budget!.Left;
        _memo = new PickleMemo(limits.MaxMemoEntries);
        _stack = new PyValue[64];
        _marks = new int[16];
    }

    /// <summary>The version that the pickle declares; 0 where it declares none.</summary>
    public int Protocol { get; private set; }

    /// <summary>Runs up to <c>STOP</c>.</summary>
    public PyValue Run()
    {
        var opcode = Opcode.PROTO;
        while (true)
        {
            _previous = opcode;
            opcode = ReadOpcode();
            switch (opcode)
            {
                case Opcode.INT:
                    Push(ReadIntText());
                    break;
                case Opcode.BININT:
                    Push(MakeInt(ReadInt32()));
                    break;
                case Opcode.BININT1:
                    Push(MakeInt(ReadByte()));
                    break;
                case Opcode.BININT2:
                    Push(MakeInt(ReadUInt16()));
                    break;
                case Opcode.LONG:
                    Push(ReadLongText());
                    break;
                case Opcode.LONG1:
                    Push(ReadLong(ReadByte()));
                    break;
                case Opcode.LONG4:
                    Push(ReadLong(ReadCount32()));
                    break;
                case Opcode.FLOAT:
                    Push(ReadFloatText());
                    break;
                case Opcode.BINFLOAT:
                    Charge(ScalarPrice);
                    Push(new PyFloat(ReadDouble()));
                    break;
                case Opcode.NONE:
                    Push(PyNone.Value);
                    break;
                case Opcode.NEWTRUE:
                    Push(PyBool.True);
                    break;
                case Opcode.NEWFALSE:
                    Push(PyBool.False);
                    break;

                case Opcode.STRING:
                    Push(ReadPython2Text());
                    break;
                case Opcode.BINSTRING:
                    Push(ReadPython2String(ReadCount32()));
                    break;
                case Opcode.SHORT_BINSTRING:
                    Push(ReadPython2String(ReadByte()));
                    break;
                case Opcode.UNICODE:
                    Push(ReadUnicodeText());
                    break;
                case Opcode.BINUNICODE:
                    Push(ReadUnicode(ReadUInt32()));
                    break;
                case Opcode.SHORT_BINUNICODE:
                    Push(ReadUnicode(ReadByte()));
                    break;
                case Opcode.BINUNICODE8:
                    Push(ReadUnicode(ReadUInt64()));
                    break;
                case Opcode.BINBYTES:
                    Push(ReadByteString(ReadUInt32(), isMutable: false));
                    break;
                case Opcode.SHORT_BINBYTES:
                    Push(ReadByteString(ReadByte(), isMutable: false));
                    break;
                case Opcode.BINBYTES8:
                    Push(ReadByteString(ReadUInt64(), isMutable: false));
                    break;
                case Opcode.BYTEARRAY8:
                    Push(ReadByteString(ReadUInt64(), isMutable: true));
                    break;
                case Opcode.NEXT_BUFFER:
                    Charge(ScalarPrice);
                    Push(new PyBuffer(_buffers++));
                    break;
                case Opcode.READONLY_BUFFER:
                    MakeReadOnly();
                    break;

                case Opcode.EMPTY_LIST:
                    Charge(ListPrice);
                    Push(new PyList());
                    break;
                case Opcode.APPEND:
                    Append();
                    break;
                case Opcode.APPENDS:
                    Appends();
                    break;
                case Opcode.LIST:
                    MakeList();
                    break;
                case Opcode.EMPTY_TUPLE:
                    Push(PyTuple.Empty);
                    break;
                case Opcode.TUPLE:
                    MakeTuple(PopMark());
                    break;
                case Opcode.TUPLE1:
                    MakeTuple(Below(1));
                    break;
                case Opcode.TUPLE2:
                    MakeTuple(Below(2));
                    break;
                case Opcode.TUPLE3:
                    MakeTuple(Below(3));
                    break;
                case Opcode.EMPTY_DICT:
                    Charge(DictionaryPrice);
                    Push(new PyDict());
                    break;
                case Opcode.DICT:
                    MakeDict();
                    break;
                case Opcode.SETITEM:
                    SetItem();
                    break;
                case Opcode.SETITEMS:
                    SetItems();
                    break;
                case Opcode.EMPTY_SET:
                    Charge(DictionaryPrice);
                    Push(new PySet());
                    break;
                case Opcode.ADDITEMS:
                    AddItems();
                    break;
                case Opcode.FROZENSET:
                    MakeFrozenSet();
                    break;

                case Opcode.POP:
                    PopItemOrMark();
                    break;
                case Opcode.DUP:
                    Push(Peek());
                    break;
                case Opcode.MARK:
                    Mark();
                    break;
                case Opcode.POP_MARK:
                    Drop(PopMark());
                    break;

                case Opcode.GET:
                    Push(Recall(ReadIndexText()));
                    break;
                case Opcode.BINGET:
                    Push(Recall(ReadByte()));
                    break;
                case Opcode.LONG_BINGET:
                    Push(Recall(ReadUInt32()));
                    break;
                case Opcode.PUT:
                    Remember(ReadIndexText());
                    break;
                case Opcode.BINPUT:
                    Remember(ReadByte());
                    break;
                case Opcode.LONG_BINPUT:
                    Remember(ReadUInt32());
                    break;
                case Opcode.MEMOIZE:
                    Remember(_memo.Count);
                    break;

                case Opcode.EXT1:
                    Push(MakeExtension(ReadByte()));
                    break;
                case Opcode.EXT2:
                    Push(MakeExtension(ReadUInt16()));
                    break;
                case Opcode.EXT4:
                    Push(MakeExtension(ReadInt32()));
                    break;
                case Opcode.GLOBAL:
                    Push(MakeGlobal(ReadName(), ReadName()));
                    break;
                case Opcode.STACK_GLOBAL:
                    StackGlobal();
                    break;
                case Opcode.REDUCE:
                    Reduce(PyConstruction.Reduce);
                    break;
                case Opcode.BUILD:
                    Build();
                    break;
                case Opcode.INST:
                    Instantiate(MakeGlobal(ReadName(), ReadName()), PopMark());
                    break;
                case Opcode.OBJ:
                    InstantiateFromStack();
                    break;
                case Opcode.NEWOBJ:
                    Reduce(PyConstruction.NewObject);
                    break;
                case Opcode.NEWOBJ_EX:
                    ReduceWithKeywords();
                    break;

                case Opcode.PROTO:
                    ReadProtocol();
                    break;
                case Opcode.STOP:
                    // As CPython: what is left below the result was for nothing, like what POP drops.
                    PyValue root = Pop();
                    _limits.Budget!.Take(Spent, _location.At(_start + _opcodeOffset));
                    return root;
                case Opcode.FRAME:
                    CheckFrame(ReadUInt64());
                    break;

                case Opcode.PERSID:
                    Push(Resolve(ReadPersistentIdText()));
                    break;
                case Opcode.BINPERSID:
                    Push(Resolve(Pop()));
                    break;

                default:
                    throw Error($"byte 0x{(byte)opcode:X2}", "an opcode");
            }
        }
    }

    private void ReadProtocol()
    {
        int protocol = ReadByte();
        if (protocol > HighestProtocol)
        {
            throw Error($"protocol {protocol}", $"at most {HighestProtocol}", CheckpointErrorKind.Unsupported);
        }
        Protocol = protocol;
    }

    private readonly CheckpointException Error(
        string found,
        string expected,
        CheckpointErrorKind kind = CheckpointErrorKind.InvalidPickle
    ) => _location.At(_start + _opcodeOffset).Error(kind, found, expected);
}
