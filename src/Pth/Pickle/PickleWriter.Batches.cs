namespace Pth.Pickle;

/// <content>
/// How CPython fills containers: by the thousand, and one alone without a mark. Lists and plain dictionaries know their length;
/// what is appended to or set on an object comes from an iterator.
/// </content>
internal sealed partial class PickleWriter
{
    private void ContinueBatches(ref Frame frame)
    {
        int depth = _depth;
        bool isDict = frame.Value is PyDict;
        int width = isDict ? 2 : 1;
        int total = isDict ? 2 * ((PyDict)frame.Value).Count : ((PyList)frame.Value).Count;
        while (true)
        {
            while (frame.Next < frame.BatchEnd)
            {
                int piece = frame.Next++;
                Save(isDict ? PieceOf((PyDict)frame.Value, piece) : ((PyList)frame.Value)[piece]);
                if (_depth != depth)
                {
                    return;
                }
            }
            EndBatch(ref frame, isDict);
            if (frame.Next >= total)
            {
                break;
            }
            int left = (total - frame.Next) / width;
            frame.IsSingle = left == 1 && (frame.Next == 0 || frame.Work is Work.Items or Work.Entries);
            frame.BatchEnd = frame.Next + (width * Math.Min(left, BatchSize));
            if (!frame.IsSingle)
            {
                _output.Write(Opcode.MARK);
            }
        }
        // A full batch makes CPython look for another, and a plain dictionary gets it though it is empty.
        if (frame.Work == Work.Dict && total % (2 * BatchSize) == 0)
        {
            _output.Write(Opcode.MARK);
            _output.Write(Opcode.SETITEMS);
        }
        _depth--;
    }

    private void EndBatch(ref Frame frame, bool isDict)
    {
        if (frame.BatchEnd > 0)
        {
            _output.Write(
                (isDict, frame.IsSingle) switch
                {
                    (true, true) => Opcode.SETITEM,
                    (true, false) => Opcode.SETITEMS,
                    (false, true) => Opcode.APPEND,
                    (false, false) => Opcode.APPENDS,
                }
            );
        }
    }

    private static PyValue PieceOf(PyDict dict, int piece)
    {
        KeyValuePair<PyValue, PyValue> entry = dict.GetAt(piece >> 1);
        return (piece & 1) == 0 ? entry.Key : entry.Value;
    }
}
