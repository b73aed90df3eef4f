namespace Pth.Pickle;

/// <content>What holds other values. Each that is begun waits on a stack of its own, so that depth costs memory and not the thread's stack.</content>
internal sealed partial class PickleWriter
{
    private const int BatchSize = 1_000;

    /// <summary>No object of Python is deeper; a set that was made to hold itself in .NET is deeper than anything.</summary>
    private const int MaxDepth = 1_000_000;

    private Frame[] _frames = new Frame[64];
    private int _depth;

    /// <summary>What is to be done with the value of a frame, piece by piece.</summary>
    private enum Work : byte
    {
        Tuple,
        List,
        Dict,

        /// <summary>What is appended to an object.</summary>
        Items,

        /// <summary>What is set on an object or an ordered dictionary.</summary>
        Entries,
        OrderedDict,
        Object,
        Reference,
    }

    private void Begin(Work work, PyValue value, PyValue? remembered = null)
    {
        if (_depth == _frames.Length)
        {
            if (_depth >= MaxDepth)
            {
                throw new InvalidOperationException(
                    "The value nests too deep to be pickled, or holds itself where Python cannot say so."
                );
            }
            Array.Resize(ref _frames, 2 * _depth);
        }
        _frames[_depth++] = new Frame(work, value, remembered ?? value);
    }

    /// <summary>Goes on with the innermost value that is begun, until it begins another or is done.</summary>
    private void Continue()
    {
        ref Frame frame = ref _frames[_depth - 1];
        switch (frame.Work)
        {
            case Work.Tuple:
                ContinueTuple(ref frame, (PyTuple)frame.Value);
                break;
            case Work.OrderedDict:
                ContinueOrderedDict(ref frame, (PyDict)frame.Value);
                break;
            case Work.Object:
                ContinueObject(ref frame, (PyObject)frame.Value);
                break;
            case Work.Reference:
                ContinueReference(ref frame);
                break;
            default:
                ContinueBatches(ref frame);
                break;
        }
    }

    private void BeginTuple(PyTuple tuple)
    {
        if (tuple.Count == 0)
        {
            _output.Write(Opcode.EMPTY_TUPLE);
        }
        else if (!TryRecall(tuple))
        {
            if (tuple.Count > 3)
            {
                _output.Write(Opcode.MARK);
            }
            Begin(Work.Tuple, tuple);
        }
    }

    private void ContinueTuple(ref Frame frame, PyTuple tuple)
    {
        int depth = _depth;
        while (frame.Next < tuple.Count)
        {
            Save(tuple[frame.Next++]);
            if (_depth != depth)
            {
                // The frame may have moved.
                return;
            }
        }
        _depth--;
        // A tuple is remembered when it is complete. One that is remembered by now holds itself: it has been completed on the way.
        if (!_references.TryAdd(tuple, out int index))
        {
            for (int i = 0; i < (tuple.Count > 3 ? 1 : tuple.Count); i++)
            {
                _output.Write(tuple.Count > 3 ? Opcode.POP_MARK : Opcode.POP);
            }
            WriteGet(index);
            return;
        }
        _output.Write(
            tuple.Count switch
            {
                1 => Opcode.TUPLE1,
                2 => Opcode.TUPLE2,
                3 => Opcode.TUPLE3,
                _ => Opcode.TUPLE,
            }
        );
        WritePut(index);
    }

    private void BeginList(PyList list)
    {
        if (!_references.TryAdd(list, out int index))
        {
            WriteGet(index);
            return;
        }
        _output.Write(Opcode.EMPTY_LIST);
        WritePut(index);
        if (list.Count > 0)
        {
            Begin(Work.List, list);
        }
    }

    private void BeginDict(PyDict dict)
    {
        if (TryRecall(dict))
        {
            return;
        }
        if (dict.IsOrdered)
        {
            SaveGlobal(OrderedDictClass);
            _output.Write(Opcode.EMPTY_TUPLE);
            _output.Write(Opcode.REDUCE);
            Remember(dict);
            Begin(Work.OrderedDict, dict);
            return;
        }
        if (dict.State is not null)
        {
            throw new InvalidOperationException("A plain dict has no attributes in Python; an OrderedDict has.");
        }
        _output.Write(Opcode.EMPTY_DICT);
        Remember(dict);
        if (dict.Count > 0)
        {
            Begin(Work.Dict, dict);
        }
    }

    private void ContinueOrderedDict(ref Frame frame, PyDict dict)
    {
        int step = frame.Next++;
        if (step == 0)
        {
            Begin(Work.Entries, dict);
        }
        else
        {
            ContinueStates(step - 1, dict.StateAt(step - 1));
        }
    }

    /// <summary>Ends the state before this one and begins this one; with null, ends the object.</summary>
    private void ContinueStates(int index, PyValue? state)
    {
        if (index > 0)
        {
            _output.Write(Opcode.BUILD);
        }
        if (state is null)
        {
            _depth--;
        }
        else
        {
            Save(state);
        }
    }

    private void ContinueReference(ref Frame frame)
    {
        if (frame.Next++ == 0)
        {
            Save(frame.Value);
        }
        else
        {
            _depth--;
            _output.Write(Opcode.BINPERSID);
        }
    }

    private struct Frame(Work work, PyValue value, PyValue remembered)
    {
        public readonly PyValue Value = value;

        /// <summary>The object that a call stands for, and that is remembered.</summary>
        public readonly PyValue Remembered = remembered;

        /// <summary>How many pieces are done.</summary>
        public int Next;

        /// <summary>Where the batch ends that is open.</summary>
        public int BatchEnd;

        public readonly Work Work = work;
        public bool IsSingle;
    }
}
