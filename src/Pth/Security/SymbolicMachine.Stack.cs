using System.Globalization;
using System.Text;
using Pth.Pickle;

namespace Pth.Security;

/// <content>The stack, the marks, the memo, and what is odd about the stream itself.</content>
internal ref partial struct SymbolicMachine
{
    private void Push(Symbol symbol)
    {
        CheckSize(symbol);
        _stack.Add(symbol);
    }

    private void CheckSize(Symbol symbol)
    {
        if (symbol.Weight > HugeWeight && !_isHuge && symbol.Weight > 1000.0 * _bytes.Length)
        {
            _isHuge = true;
            Note("PTH024", $"written out, a value would be {symbol.Weight:0.#e+0} values");
        }
        if (symbol.Depth > DeepNesting && !_isDeep)
        {
            _isDeep = true;
            Note("PTH028", $"values nest {symbol.Depth} deep");
        }
    }

    // What is remembered stays, whatever becomes of the container it is put into.
    private void Remember(long index)
    {
        Symbol symbol = Peek();
        _memory += 16 + symbol.Size;
        _memo.Set(index, symbol);
    }

    private void Put(Symbol container, Symbol item)
    {
        if (!container.Add(item) && item.TryRelease())
        {
            _memory -= item.Size;
        }
    }

    private Symbol Pop()
    {
        int floor = _marks.Count > 0 ? _marks[^1] : 0;
        if (_stack.Count <= floor)
        {
            Note("PTH026", $"{_operation.Opcode} takes more than is on the stack");
            return Symbol.Unknown;
        }
        Symbol top = _stack[^1];
        _stack.RemoveAt(_stack.Count - 1);
        return top;
    }

    private Symbol Peek()
    {
        if (_stack.Count > (_marks.Count > 0 ? _marks[^1] : 0))
        {
            return _stack[^1];
        }
        Note("PTH026", $"{_operation.Opcode} takes more than is on the stack");
        return Symbol.Unknown;
    }

    // As both of Python's machines do: a mark on top goes instead.
    private void DropTop()
    {
        if (_marks.Count > 0 && _marks[^1] == _stack.Count)
        {
            _marks.RemoveAt(_marks.Count - 1);
        }
        else
        {
            _ = Pop();
        }
    }

    /// <summary>Takes everything above the mark, and the mark; into a container where one is given.</summary>
    /// <returns>How many values there were.</returns>
    private int PopToMark(Symbol? container)
    {
        if (_marks.Count == 0)
        {
            Note("PTH026", $"{_operation.Opcode} without a MARK");
            return 0;
        }
        int start = _marks[^1];
        _marks.RemoveAt(_marks.Count - 1);
        int count = _stack.Count - start;
        container?.Reserve(count);
        _memory += container is null ? 0 : 8 * Math.Min(count, Symbol.MostItems);
        for (int i = start; container is not null && i < _stack.Count; i++)
        {
            Put(container, _stack[i]);
        }
        _stack.RemoveRange(start, count);
        return count;
    }

    private void Recall()
    {
        long index = ReadIndex();
        Symbol? symbol = _memo.Get(index);
        if (symbol is null)
        {
            Note("PTH026", $"{_operation.Opcode} of {index}, which was never remembered");
        }
        Push(symbol ?? Symbol.Unknown);
    }

    private readonly long ReadIndex()
    {
        if (_operation.Facts.Argument != PickleArgument.Line)
        {
            return (long)_operation.Number(_bytes);
        }
        // As Python reads numbers: with space around them and single underscores within.
        ReadOnlySpan<byte> digits = Argument.Trim(" \t\n\r\f\v"u8);
        string text = Encoding.Latin1.GetString(digits[..Math.Min(digits.Length, 40)]);
        return long.TryParse(
            text.Replace("_", "", StringComparison.Ordinal),
            NumberStyles.AllowLeadingSign,
            CultureInfo.InvariantCulture,
            out long index
        )
            ? index
            : -1;
    }

    private void CheckStructure()
    {
        Opcode opcode = _operation.Opcode;
        if (_operation.Offset < _frameEnd && _operation.End > _frameEnd)
        {
            Note("PTH022", $"{opcode} goes over the end of its frame");
        }
        if (opcode == Opcode.FRAME)
        {
            CheckFrame();
        }
        if (opcode == Opcode.PROTO)
        {
            CheckProtocol((int)_operation.Number(_bytes));
        }
        // Without PROTO it is protocol 0 or 1, which mix.
        int protocol = _trace.Protocol < 0 ? 1 : _trace.Protocol;
        bool isLater = _operation.Facts.Protocol > protocol && opcode != Opcode.PROTO;
        bool isEarlier = _operation.Facts.IsText && _trace.Protocol >= 2;
        bool isPython2 =
            _trace.Protocol >= 3
            && opcode is Opcode.STRING or Opcode.BINSTRING or Opcode.SHORT_BINSTRING
            && _trace.Protocol >= 3;
        if ((isLater || isEarlier || isPython2 || opcode == Opcode.DUP) && IsFirst(opcode))
        {
            string what = _trace.Protocol < 0 ? "that says no protocol" : $"of protocol {_trace.Protocol}";
            Note("PTH023", $"{opcode}, which no pickler writes into a pickle {what}");
        }
    }

    private void CheckFrame()
    {
        ulong length = _operation.Number(_bytes);
        if (_operation.Offset < _frameEnd)
        {
            Note("PTH022", "a frame within a frame");
        }
        if (length > (ulong)(_bytes.Length - _operation.End))
        {
            Note("PTH022", $"a frame of {length} bytes where {_bytes.Length - _operation.End} are left");
            return;
        }
        _frameEnd = _operation.End + (long)length;
    }

    private void CheckProtocol(int protocol)
    {
        if (_operation.Offset != _trace.Start)
        {
            Note("PTH021", "a PROTO that is not at the beginning");
        }
        else if (protocol > 5)
        {
            Note("PTH021", $"protocol {protocol}, and Python knows 5");
        }
        // As Python does: the last one counts.
        _trace.Protocol = protocol;
    }

    private bool IsFirst(Opcode opcode)
    {
        UInt128 bit = UInt128.One << ((int)opcode & 127);
        bool isFirst;
        if ((int)opcode < 128)
        {
            isFirst = (_seenOdd & bit) == 0;
            _seenOdd |= bit;
        }
        else
        {
            isFirst = (_seenOddHigh & bit) == 0;
            _seenOddHigh |= bit;
        }
        return isFirst;
    }

    private readonly void Note(string rule, string reason, string? call = null) =>
        _trace.Note(ScanLevel.Suspicious, rule, _operation.Offset, reason, call);

    private readonly bool Wants(string rule) => _trace.Wants(rule);

    private readonly void Warn(string rule, string reason, string? call = null) =>
        _trace.Note(ScanLevel.Dangerous, rule, _operation.Offset, reason, call);
}
