namespace Pth.Pickle;

/// <content>The stack with its marks, and the memo. No opcode may take what lies below the last mark.</content>
internal ref partial struct PickleMachine
{
    private void Push(PyValue value)
    {
        if (_count == _stack.Length)
        {
            GrowStack();
        }
        _stack[_count++] = value;
    }

    private PyValue Pop()
    {
        Below(1);
        return _stack[--_count];
    }

    private readonly PyValue Peek() => _stack[Below(1)];

    /// <summary>The index of the first of the top <paramref name="count"/> values.</summary>
    private readonly int Below(int count)
    {
        int index = _count - count;
        return index >= _floor
            ? index
            : throw Error($"{_count - _floor} values on the stack", $"at least {count} above the last mark");
    }

    private void Mark()
    {
        // Each open mark is a container that is being filled, in the one that the mark below it fills.
        if (_markCount >= _limits.MaxDepth)
        {
            throw Error(
                $"more than {_limits.MaxDepth} open marks",
                $"containers that nest at most {_limits.MaxDepth} levels (ReadLimits.MaxDepth)",
                CheckpointErrorKind.LimitExceeded
            );
        }
        if (_markCount == _marks.Length)
        {
            Array.Resize(ref _marks, 2 * _markCount);
        }
        _marks[_markCount++] = _count;
        _floor = _count;
    }

    /// <summary>Takes the last mark away.</summary>
    /// <returns>The index of the first value above it.</returns>
    private int PopMark()
    {
        if (_markCount == 0)
        {
            throw Error("no mark on the stack", "one");
        }
        int first = _marks[--_markCount];
        _floor = _markCount > 0 ? _marks[_markCount - 1] : 0;
        return first;
    }

    private void PopItemOrMark()
    {
        if (_markCount > 0 && _floor == _count)
        {
            PopMark();
        }
        else
        {
            Pop();
        }
    }

    /// <summary>Takes every value from <paramref name="first"/> on off the stack.</summary>
    private void Drop(int first)
    {
        // What is gone must not be kept alive by the array.
        _stack.AsSpan(first, _count - first).Clear();
        _count = first;
    }

    private readonly ReadOnlySpan<PyValue> From(int first) => _stack.AsSpan(first, _count - first);

    private void Replace(int first, PyValue value)
    {
        Drop(first);
        Push(value);
    }

    private void Remember(long index)
    {
        Charge(_memo.IsNear(index) ? SlotPrice : FarSlotPrice);
        if (!_memo.TryPut(index, Peek()))
        {
            throw TooMany("remembered values");
        }
    }

    private readonly PyValue Recall(long index) =>
        _memo.TryGet(index, out PyValue? value)
            ? value
            : throw Error($"index {index}, where nothing is remembered", "the index of an earlier PUT");

    private void GrowStack()
    {
        if (_count >= _limits.MaxMemoEntries)
        {
            throw TooMany("values on the stack");
        }
        Charge(2L * sizeof(long) * _count);
        Array.Resize(ref _stack, (int)Math.Min(Math.Min(Array.MaxLength, _limits.MaxMemoEntries), 2L * _count));
    }

    private readonly CheckpointException TooMany(string what) =>
        Error(
            $"more than {_limits.MaxMemoEntries} {what}",
            $"at most {_limits.MaxMemoEntries} (ReadLimits.MaxMemoEntries)",
            CheckpointErrorKind.LimitExceeded
        );
}
