using System.Runtime.InteropServices;
using Pth.Formats.Torch;

namespace Pth.Formats.BarePickle;

/// <summary>
/// Puts tensors in the place of NumPy arrays of plain numbers. It is done when all is read: an array is made first and given its numbers
/// later, and by then others may refer to it.
/// </summary>
internal sealed class ArrayTensors
{
    private readonly HashSet<PyValue> _seen = new(ReferenceEqualityComparer.Instance);
    private readonly Stack<PyValue> _open = new();
    private readonly Dictionary<PyObject, PyTensor?> _made = new(ReferenceEqualityComparer.Instance);

    private ArrayTensors() { }

    /// <returns>The root, or the tensor in its place.</returns>
    public static PyValue Replace(PyValue root)
    {
        var arrays = new ArrayTensors();
        root = arrays.Visit(root);
        while (arrays._open.TryPop(out PyValue? value))
        {
            arrays.Walk(value);
        }
        return root;
    }

    private void Walk(PyValue value)
    {
        switch (value)
        {
            case PyList list:
                for (int i = 0; i < list.Count; i++)
                {
                    list[i] = Visit(list[i]);
                }
                break;
            case PyTuple tuple:
                for (int i = 0; i < tuple.Count; i++)
                {
                    PyValue item = Visit(tuple[i]);
                    if (!ReferenceEquals(item, tuple[i]))
                    {
                        _ = tuple.TryReplace(i, item);
                    }
                }
                break;
            case PyDict dict:
                foreach ((PyValue key, PyValue item) in dict.ToArray())
                {
                    PyValue visited = Visit(item);
                    if (!ReferenceEquals(item, visited))
                    {
                        dict[key] = visited;
                    }
                }
                VisitPart(dict.State);
                break;
            case PyObject made:
                VisitPart(made.Arguments);
                VisitPart(made.Items);
                VisitPart(made.Entries);
                VisitPart(made.State);
                break;
            default:
                break;
        }
    }

    /// <summary>What holds values and is no value of its own.</summary>
    private void VisitPart(PyValue? part)
    {
        if (part is not null)
        {
            _ = Visit(part);
        }
    }

    private PyValue Visit(PyValue value)
    {
        if (value is PyObject { Global.Name: "_reconstruct" or "_frombuffer" } made)
        {
            ref PyTensor? tensor = ref CollectionsMarshal.GetValueRefOrAddDefault(_made, made, out bool known);
            if (!known)
            {
                tensor = NumpyArray.TryRead(made) is { } view ? new PyTensor(view) : null;
            }
            if (tensor is not null)
            {
                return tensor;
            }
        }
        if (value is PyList or PyTuple or PyDict or PyObject && _seen.Add(value))
        {
            _open.Push(value);
        }
        return value;
    }
}
