namespace Pth;

// From and to the dictionary that a pickle holds.
public sealed partial class StateDict
{
    private const string MetadataName = "_metadata";

    // The name of an attribute is one string in a Python process, and a pickle that holds two state dicts has it once.
    private static readonly PyString MetadataKey = new(MetadataName);

    /// <summary>The dictionary as Python has it, so that a state dict can be put in another: <c>checkpoint["model"] = state</c>.</summary>
    public static implicit operator PyValue(StateDict state)
    {
        ArgumentNullException.ThrowIfNull(state);
        return state.ToPython();
    }

    /// <summary>Takes the entries of a dictionary whose keys are strings; later changes of either do not touch the other.</summary>
    /// <exception cref="ArgumentException">A key is not a string.</exception>
    public static StateDict FromPython(PyDict dictionary)
    {
        var state = new StateDict
        {
            _isOrdered = dictionary.IsOrdered,
            _attributes = [.. dictionary.States],
            Metadata = MetadataOf(dictionary.States),
        };
        state._entries.EnsureCapacity(dictionary.Count);
        state._keys.EnsureCapacity(dictionary.Count);
        foreach ((PyValue key, PyValue value) in dictionary)
        {
            if (key is not PyString name)
            {
                throw new ArgumentException(
                    $"Found the key {key.Describe()}, expected strings only.",
                    nameof(dictionary)
                );
            }
            state.Append(name.Value, name, value);
        }
        return state;
    }

    /// <summary>
    /// The dictionary as Python has it: an <c>OrderedDict</c>, or a <c>dict</c> where it came from one, with <c>_metadata</c> where
    /// <see cref="Metadata"/> is not null. Names, values and attributes that were not changed are the objects that were read.
    /// </summary>
    public PyDict ToPython()
    {
        IReadOnlyList<PyValue> attributes = WithMetadata(_attributes, Metadata);
        // A plain dict of Python cannot carry attributes.
        var dictionary = new PyDict { IsOrdered = _isOrdered || attributes.Count > 0 };
        foreach (PyValue state in attributes)
        {
            dictionary.TryAddState(state);
        }
        foreach ((string name, PyValue value) in _entries)
        {
            dictionary.Add(_keys.Find(name) ?? new PyString(name), value);
        }
        return dictionary;
    }

    /// <summary>The last that is set is what Python ends with.</summary>
    private static PyDict? MetadataOf(IEnumerable<PyValue> attributes) =>
        attributes.Select(MetadataOf).LastOrDefault(metadata => metadata is not null);

    private static IReadOnlyList<PyValue> WithMetadata(IReadOnlyList<PyValue> attributes, PyDict? metadata)
    {
        if (ReferenceEquals(MetadataOf(attributes), metadata))
        {
            return attributes;
        }
        var changed = new List<PyValue?>(attributes.SkipLast(1).Select(state => WithMetadata(state, metadata: null)));
        changed.Add(WithMetadata(attributes.Count > 0 ? attributes[^1] : null, metadata));
        return [.. changed.OfType<PyValue>()];
    }

    private static PyDict? MetadataOf(PyValue? attributes) =>
        attributes is PyDict dictionary && dictionary.TryGetValue(MetadataName, out PyValue? value)
            ? value as PyDict
            : null;

    private static PyValue? WithMetadata(PyValue? attributes, PyDict? metadata)
    {
        if (ReferenceEquals(MetadataOf(attributes), metadata))
        {
            return attributes;
        }
        var changed = new PyDict { IsOrdered = attributes is PyDict { IsOrdered: true } };
        if (attributes is PyDict old)
        {
            foreach ((PyValue key, PyValue value) in old)
            {
                changed.Add(key, value);
            }
        }
        if (metadata is null)
        {
            changed.Remove(MetadataKey);
        }
        else
        {
            changed[MetadataKey] = metadata;
        }
        return changed.Count == 0 ? null : changed;
    }

    private void Append(string name, PyString? key, PyValue value)
    {
        _entries.Add(name, value);
        if (key is not null)
        {
            _keys.Add(key);
        }
        if (value is PyTensor)
        {
            Count++;
        }
    }

    private StateDict EmptyCopy() =>
        new()
        {
            _isOrdered = _isOrdered,
            _attributes = _attributes,
            Metadata = Metadata,
        };
}
