using Pth.Errors;

namespace Pth.Pickle;

/// <summary>Proves that containers nest no deeper than allowed, so that what walks them later has a bound.</summary>
/// <remarks>
/// One walk over the finished graph, each value once, without recursion. It cannot be done while reading: a list that lies in
/// another can be filled afterwards. Without loops the result is the longest path. A step back to a value that is still open is
/// a loop and not followed, so with loops it is the longest path from the root, not from everywhere.
/// </remarks>
internal sealed class PickleDepth
{
    private const int Open = -1;

    private Step[] _path = new Step[16];
    private int _depth;

    private PickleDepth() { }

    public static void Prove(PyValue root, int maxDepth, ErrorLocation location)
    {
        if (IsContainer(root) && !new PickleDepth().IsWithin(root, maxDepth))
        {
            throw location.Error(
                CheckpointErrorKind.LimitExceeded,
                "containers that nest deeper",
                $"at most {maxDepth} levels (ReadLimits.MaxDepth)"
            );
        }
    }

    private bool IsWithin(PyValue root, int maxDepth)
    {
        if (!TryEnter(root, maxDepth))
        {
            return false;
        }
        while (_depth > 0)
        {
            ref Step step = ref _path[_depth - 1];
            if (!TryGetChild(step.Value, step.Next++, out PyValue? child))
            {
                int height = step.Deepest + 1;
                if (height > maxDepth)
                {
                    return false;
                }
                step.Value.Height = height;
                Leave(height);
            }
            else if (child is null || child.Height == Open || !IsContainer(child))
            {
                continue;
            }
            else if (child.Height > 0)
            {
                step.Deepest = Math.Max(step.Deepest, child.Height);
            }
            else if (!TryEnter(child, maxDepth))
            {
                return false;
            }
        }
        return true;
    }

    private bool TryEnter(PyValue value, int maxDepth)
    {
        if (_depth >= maxDepth)
        {
            return false;
        }
        if (_depth == _path.Length)
        {
            Array.Resize(ref _path, 2 * _depth);
        }
        value.Height = Open;
        _path[_depth++] = new Step(value);
        return true;
    }

    private void Leave(int height)
    {
        _depth--;
        if (_depth > 0)
        {
            ref Step parent = ref _path[_depth - 1];
            parent.Deepest = Math.Max(parent.Deepest, height);
        }
    }

    private static bool IsContainer(PyValue value) =>
        value switch
        {
            PyString or PyInt or PyBool or PyFloat or PyNone or PyGlobal or PyExtension or PyBuffer => false,
            PyTuple tuple => tuple.Count > 0,
            PyBytes bytes => bytes.Source is not null,
            _ => true,
        };

    /// <summary>The values that a container holds directly, one after another; null where it could hold one and does not.</summary>
    private static bool TryGetChild(PyValue value, int index, out PyValue? child)
    {
        (bool found, child) = value switch
        {
            PyTuple tuple => index < tuple.Count ? (true, tuple[index]) : default,
            PyList list => index < list.Count ? (true, list[index]) : default,
            PyDict dict => ChildOf(dict, index),
            PySet set => index < set.Count ? (true, set.GetAt(index)) : (index == set.Count, set.Source),
            PyObject called => ChildOf(called, index),
            PyTensor tensor => (index == 0, tensor.Source),
            PyStorage storage => (index == 0, storage.Source),
            PyPersistent reference => (index == 0, reference.Id),
            PyBytes bytes => (index == 0, bytes.Source),
            _ => default,
        };
        return found;
    }

    private static (bool Found, PyValue? Child) ChildOf(PyDict dict, int index)
    {
        int entries = 2 * dict.Count;
        if (index >= entries)
        {
            PyValue? state = dict.StateAt(index - entries);
            return (state is not null, state);
        }
        KeyValuePair<PyValue, PyValue> entry = dict.GetAt(index >> 1);
        return (true, (index & 1) == 0 ? entry.Key : entry.Value);
    }

    private static (bool Found, PyValue? Child) ChildOf(PyObject called, int index) =>
        index switch
        {
            0 => (true, called.Callable),
            1 => (true, called.Arguments),
            2 => (true, called.Keywords),
            3 => (true, called.Items),
            4 => (true, called.Entries),
            _ => StateOf(called, index - 5),
        };

    private static (bool Found, PyValue? Child) StateOf(PyObject called, int index)
    {
        PyValue? state = called.StateAt(index);
        return (state is not null, state);
    }

    private struct Step(PyValue value)
    {
        public readonly PyValue Value = value;
        public int Next;
        public int Deepest;
    }
}
