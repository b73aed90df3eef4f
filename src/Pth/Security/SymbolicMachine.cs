using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Pth.Pickle;

namespace Pth.Security;

/// <summary>
/// Follows a pickle as Python's machine would, on values that only say what they are. It calls nothing, needs no recursion, and does not
/// stop where a strict reader does: a stack that is too short gives unknown values, so that nothing hides behind a small fault.
/// </summary>
internal ref partial struct SymbolicMachine
{
    /// <summary>Memory that any pickle may take; larger ones may take more, in proportion to their bytes and to the file they are unpacked from.</summary>
    private const long FreeMemory = 40 << 20;

    private const int MemoryPerByte = 5;

    private const int DeepNesting = 1_000;
    private const double HugeWeight = 1e8;

    private readonly ReadOnlySpan<byte> _bytes;
    private readonly GlobalRules _rules;
    private readonly PickleTrace _trace;
    private readonly List<Symbol> _stack = [];
    private readonly List<int> _marks = [];
    private readonly SymbolMemo _memo = new();
    private readonly long _mostMemory;
    private readonly bool _listsImports;
    private readonly HashSet<Symbol> _decoded = new(ReferenceEqualityComparer.Instance);
    private long _memory;
    private PickleOperation _operation;
    private bool _isHuge;
    private bool _isDeep;
    private long _frameEnd;
    private UInt128 _seenOdd;
    private UInt128 _seenOddHigh;

    private SymbolicMachine(ReadOnlySpan<byte> bytes, int start, FileScan scan)
    {
        _bytes = bytes;
        _rules = scan.Rules;
        _trace = new PickleTrace(start);
        // Of the file's bytes, also where the pickle was packed and has more.
        _mostMemory = FreeMemory + MemoryPerByte * Math.Min(bytes.Length - start, scan.Length);
        _listsImports = scan.OnPickle is not null;
        _frameEnd = -1;
    }

    /// <summary>Follows the pickle that begins at an offset.</summary>
    public static PickleTrace Follow(ReadOnlySpan<byte> bytes, int start, FileScan scan)
    {
        var machine = new SymbolicMachine(bytes, start, scan);
        machine.Run();
        return machine._trace;
    }

    private void Run()
    {
        int offset = _trace.Start;
        while (true)
        {
            if (offset >= _bytes.Length)
            {
                _trace.Reason = PickleEnd.Cut;
                break;
            }
            if (!PickleOperation.TryRead(_bytes, offset, out _operation))
            {
                _trace.Reason = PickleEnd.Broken;
                break;
            }
            CheckStructure();
            offset = _operation.End;
            _trace.Operations++;
            if (_operation.Opcode == Opcode.STOP)
            {
                _trace.Reason = PickleEnd.Stop;
                _trace.LongResult = Pop() is { Kind: SymbolKind.Int, Text: { } number } ? number : null;
                break;
            }
            Execute();
            if (_memory + 16L * _stack.Count + 8L * _marks.Count > _mostMemory)
            {
                _trace.Reason = PickleEnd.TooMuch;
                break;
            }
        }
        _trace.End = offset;
        _trace.Work = offset - _trace.Start + _memory + 16L * _stack.Count + 8L * _marks.Count;
    }

    private void Execute()
    {
        switch (_operation.Opcode)
        {
            case Opcode.PROTO or Opcode.FRAME:
                break;
            case Opcode.MARK:
                _marks.Add(_stack.Count);
                break;
            case Opcode.POP:
                DropTop();
                break;
            case Opcode.POP_MARK:
                PopToMark(null);
                break;
            case Opcode.DUP:
                Push(Peek());
                break;
            case Opcode.GET or Opcode.BINGET or Opcode.LONG_BINGET:
                Recall();
                break;
            case Opcode.PUT or Opcode.BINPUT or Opcode.LONG_BINPUT:
                Remember(ReadIndex());
                break;
            case Opcode.MEMOIZE:
                Remember(_memo.Count);
                break;
            default:
                if (!PushConstant() && !ChangeContainer())
                {
                    ExecuteObject();
                }
                break;
        }
    }

    private bool PushConstant()
    {
        Symbol? constant = _operation.Opcode switch
        {
            Opcode.NONE => Symbol.None,
            Opcode.NEWTRUE => Symbol.True,
            Opcode.NEWFALSE => Symbol.False,
            Opcode.EMPTY_TUPLE => Symbol.EmptyTuple,
            Opcode.FLOAT or Opcode.BINFLOAT => Symbol.Float,
            Opcode.BININT1 or Opcode.BININT2 => Int((long)_operation.Number(_bytes)),
            Opcode.BININT => Int(BinaryPrimitives.ReadInt32LittleEndian(Argument)),
            Opcode.LONG1 or Opcode.LONG4 => Long(),
            Opcode.INT or Opcode.LONG => IntText(),
            Opcode.BINUNICODE or Opcode.SHORT_BINUNICODE or Opcode.BINUNICODE8 => PlainText(),
            Opcode.BINSTRING or Opcode.SHORT_BINSTRING => Python2Text(),
            Opcode.UNICODE or Opcode.STRING => EscapedText(),
            Opcode.BINBYTES or Opcode.SHORT_BINBYTES or Opcode.BINBYTES8 or Opcode.BYTEARRAY8 => ByteString(),
            Opcode.NEXT_BUFFER => Symbol.Unknown,
            _ => null,
        };
        if (constant is null)
        {
            return false;
        }
        Push(constant);
        return true;
    }

    private readonly ReadOnlySpan<byte> Argument => _operation.Argument(_bytes);

    private Symbol Int(long value) => value is >= 0 and < 256 ? Symbol.Int(value) : New(Symbol.Int(value));

    private Symbol Long()
    {
        ReadOnlySpan<byte> argument = Argument;
        if (argument.Length > 8)
        {
            // Nothing here asks for more than whether it is huge; the magic number of legacy files is kept whole.
            bool isNegative = (argument[^1] & 0x80) != 0;
            string? text =
                argument.Length <= 16
                    ? new System.Numerics.BigInteger(argument).ToString(CultureInfo.InvariantCulture)
                    : null;
            return New(new Symbol(SymbolKind.Int) { Number = isNegative ? long.MinValue : long.MaxValue, Text = text });
        }
        long value = argument.Length > 0 && (argument[^1] & 0x80) != 0 ? -1 : 0;
        for (int i = argument.Length - 1; i >= 0; i--)
        {
            value = unchecked((value << 8) | argument[i]);
        }
        return Int(value);
    }

    private Symbol IntText()
    {
        ReadOnlySpan<byte> text = Argument is [.., (byte)'L'] ? Argument[..^1] : Argument;
        if (text.Length is > 0 and <= 40)
        {
            string digits = Encoding.Latin1.GetString(text);
            return long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value)
                ? Int(value)
                : New(new Symbol(SymbolKind.Int) { Number = long.MaxValue, Text = digits });
        }
        return Int(long.MaxValue);
    }

    private Symbol New(Symbol symbol)
    {
        _memory += symbol.Size;
        symbol.IsCounted = true;
        return symbol;
    }
}
