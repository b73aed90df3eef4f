using System.Text;
using Pth.Errors;

namespace Pth.StateDicts;

/// <summary>Names every tensor below a value by its path, in the order of the file.</summary>
/// <remarks>
/// A value that is referred to twice gives two names to each tensor in it. A small pickle can so name more tensors than any machine
/// can list; the limits here are far above what a checkpoint does and in proportion to what the file holds.
/// </remarks>
internal sealed class TensorPaths
{
    public const string RootName = "<root>";

    private const int StepsPerReference = 8;
    private const int CharsPerName = 256;
    private const int Allowance = 100_000;

    private readonly ReadLimits _limits;
    private readonly ErrorLocation _location;
    private readonly TensorReach _reach;
    private readonly Func<PyValue, IEnumerable<PyChild>> _children;
    private readonly List<(string Name, PyTensor Tensor)> _found = [];
    private readonly StringBuilder _path = new();
    private readonly Stack<(PyValue Value, IEnumerator<PyChild> Children, int PathLength)> _open = new();
    private readonly HashSet<PyValue> _ancestors = new(ReferenceEqualityComparer.Instance);
    private long _steps;
    private long _chars;

    private TensorPaths(
        PyValue root,
        ReadLimits limits,
        ErrorLocation location,
        Func<PyValue, IEnumerable<PyChild>> children
    )
    {
        _children = children;
        _limits = limits;
        _location = location;
        _reach = TensorReach.Find(root);
    }

    /// <summary>Every tensor; the parts of those that have parts.</summary>
    /// <exception cref="CheckpointException"><see cref="CheckpointErrorKind.LimitExceeded"/>.</exception>
    public static IReadOnlyList<NamedTensor> Collect(PyValue root, ReadLimits limits, ErrorLocation location)
    {
        IReadOnlyList<(string, PyTensor)> found = Collect(root, limits, location, PyChild.Of);
        var named = new List<NamedTensor>(found.Count);
        foreach ((string name, PyTensor tensor) in found)
        {
            if (tensor.View.Parts.IsEmpty)
            {
                named.Add(new NamedTensor(name, tensor.View));
            }
            foreach (TensorPart part in tensor.View.Parts)
            {
                named.Add(new NamedTensor($"{name}.{part.Name}", part.Tensor, part.Name));
            }
        }
        return named;
    }

    /// <summary>The tensors that <paramref name="children"/> leads to.</summary>
    /// <exception cref="CheckpointException"><see cref="CheckpointErrorKind.LimitExceeded"/>.</exception>
    public static IReadOnlyList<(string Name, PyTensor Tensor)> Collect(
        PyValue root,
        ReadLimits limits,
        ErrorLocation location,
        Func<PyValue, IEnumerable<PyChild>> children
    )
    {
        var paths = new TensorPaths(root, limits, location, children);
        if (root is PyTensor tensor)
        {
            paths.Add(RootName, tensor);
        }
        else if (paths._reach.Reaches(root))
        {
            paths.Walk(root);
        }
        return paths._found;
    }

    private void Walk(PyValue root)
    {
        Enter(root, pathLength: 0);
        while (_open.TryPeek(out (PyValue Value, IEnumerator<PyChild> Children, int PathLength) top))
        {
            _path.Length = top.PathLength;
            if (!top.Children.MoveNext())
            {
                top.Children.Dispose();
                _ancestors.Remove(top.Value);
                _open.Pop();
                continue;
            }
            PyChild child = top.Children.Current;
            if (child.Value is PyTensor tensor)
            {
                CountStep();
                Add(NameOf(child), tensor);
            }
            // A value that holds itself has no new names to give.
            else if (_reach.Reaches(child.Value) && !_ancestors.Contains(child.Value))
            {
                CountStep();
                AppendToPath(child);
                Enter(child.Value, _path.Length);
            }
        }
    }

    private void Enter(PyValue value, int pathLength)
    {
        _ancestors.Add(value);
        _open.Push((value, _children(value).GetEnumerator(), pathLength));
    }

    private void Add(string name, PyTensor tensor)
    {
        _chars += name.Length;
        if (_chars > (long)(_found.Count + 1) * CharsPerName + Allowance)
        {
            throw _location.Error(
                CheckpointErrorKind.LimitExceeded,
                $"{_found.Count + 1} tensors whose names have {_chars} characters together",
                $"at most {CharsPerName} for each on average"
            );
        }
        _found.Add((name, tensor));
    }

    private string NameOf(PyChild child)
    {
        // The name of most tensors is a key of the root.
        if (_open.Count == 1 && child.Key is PyString key && key.Value.Length <= _limits.MaxNameLength)
        {
            return key.Value;
        }
        AppendToPath(child);
        return _path.ToString();
    }

    private void AppendToPath(PyChild child)
    {
        if (child.Key is null)
        {
            _path.Append('[').Append(child.Index).Append(']');
        }
        else
        {
            _path.Append(_open.Count > 1 ? "." : "").Append(PyKeyText.Of(child.Key));
        }
        if (_path.Length > _limits.MaxNameLength)
        {
            throw _location.Error(
                CheckpointErrorKind.LimitExceeded,
                $"a tensor whose name has {_path.Length} characters or more",
                $"at most {_limits.MaxNameLength}"
            );
        }
    }

    private void CountStep()
    {
        _steps++;
        if (_steps > _reach.ReferenceCount * StepsPerReference + Allowance)
        {
            throw _location.Error(
                CheckpointErrorKind.LimitExceeded,
                $"objects that refer to each other so that {_reach.ReferenceCount} references make more than {_steps - 1} paths",
                $"at most {StepsPerReference} paths for each reference"
            );
        }
    }
}
