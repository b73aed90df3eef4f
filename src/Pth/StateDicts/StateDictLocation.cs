using Pth.Errors;
using Pth.StateDicts;

namespace Pth;

/// <summary>Where in a checkpoint the state dict is, and how to put another in its place.</summary>
public sealed class StateDictLocation
{
    private readonly PyValue _root;
    private readonly PyValue? _parent;
    private readonly PyChild _place;
    private readonly ReadLimits _limits;
    private readonly ErrorLocation _location;

    private readonly PyValue _value;

    internal StateDictLocation(
        string path,
        PyValue root,
        PyValue? parent,
        PyChild place,
        ReadLimits limits,
        ErrorLocation location
    )
    {
        Path = path;
        _root = root;
        _parent = parent;
        _place = place;
        _value = place.Value;
        _limits = limits;
        _location = location;
    }

    /// <summary>
    /// The keys under which training scripts keep a state dict, in the order in which they are tried (each also inside the ones before it).
    /// </summary>
    public static IReadOnlyList<string> ContainerNames => StateDictFinder.ContainerNames;

    /// <summary>The path from the root: <c>&lt;root&gt;</c>, <c>state_dict</c>, <c>model.state_dict</c>.</summary>
    public string Path { get; }

    /// <summary>Whether it is a whole pickled module, whose names are read from its attributes.</summary>
    public bool IsModule => ModuleObject.TryRead(_value) is not null;

    /// <summary>What is there.</summary>
    internal PyValue Value => _value;

    /// <summary>Finds the state dict of a checkpoint.</summary>
    /// <param name="root">What the checkpoint holds.</param>
    /// <remarks>
    /// In this order: the root, when it is a dictionary with strings for keys that has tensors and no values with tensors inside; the root as
    /// a whole pickled module; the same below each of <see cref="ContainerNames"/>, up to three deep; the only value of the root that is either;
    /// the root, when it has strings for keys and any tensor.
    /// </remarks>
    /// <exception cref="CheckpointException">There is none, or several with unknown names: <see cref="CheckpointErrorKind.NoStateDict"/>.</exception>
    public static StateDictLocation Find(PyValue root) => StateDictFinder.Find(root, ReadLimits.Default, default);

    /// <summary>Takes the state dict at a path that the caller knows.</summary>
    /// <param name="root">What the checkpoint holds.</param>
    /// <param name="path">The path, as tensors are named: <c>netG</c>, <c>models[1]</c>.</param>
    /// <exception cref="CheckpointException">There is no state dict: <see cref="CheckpointErrorKind.NoStateDict"/>.</exception>
    public static StateDictLocation At(PyValue root, string path) =>
        StateDictFinder.At(root, path, ReadLimits.Default, default);

    /// <summary>Reads the state dict. Changes to it do not touch the checkpoint; see <see cref="Replace"/>.</summary>
    /// <exception cref="CheckpointException">It has more tensors than a file can honestly hold.</exception>
    public StateDict Read() =>
        StateDictFinder.MappingOf(_value) is { } mapping
            ? StateDict.FromPython(mapping)
            : ModuleObject.ReadStateDict(_value, _limits, _location);

    /// <summary>Puts a state dict in the place of this one, in the objects of the checkpoint.</summary>
    /// <returns>The root to save: the same object, unless the root was the state dict itself.</returns>
    /// <exception cref="InvalidOperationException">The place is a whole pickled module, or lies in a tuple.</exception>
    public PyValue Replace(StateDict state)
    {
        PyDict dictionary = state.ToPython();
        switch (_value, _parent)
        {
            case (PyObject { Entries: not null } subclass, _) when !IsModule:
                subclass.Entries = dictionary;
                return _root;
            case (PyDict, null):
                return dictionary;
            case (PyDict, PyList list):
                list[_place.Index] = dictionary;
                return _root;
            case (PyDict, not null) when StateDictFinder.MappingOf(_parent) is { } mapping && _place.Key is not null:
                mapping[_place.Key] = dictionary;
                return _root;
            default:
                throw new InvalidOperationException(
                    IsModule
                        ? $"{Path} is a whole pickled module: its names belong to its classes. Save its state dict by itself."
                        : $"{Path} cannot be replaced where it is."
                );
        }
    }
}
