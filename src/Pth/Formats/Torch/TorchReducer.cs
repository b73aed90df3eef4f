using Pth.Pickle;

namespace Pth.Formats.Torch;

/// <summary>
/// Says tensors and storages in the words of <c>torch.save</c>. What was read is said as it was read, with the same objects, so that the
/// pickle comes out the same; only the keys of storages are counted anew.
/// </summary>
/// <remarks>One for each file that is written. Source: <c>torch/_tensor.py</c> (<c>_reduce_ex_internal</c>), <c>torch/serialization.py</c> (<c>_save</c>).</remarks>
/// <param name="profile">Whose words.</param>
/// <param name="compact">Whether each tensor gets a storage of its own.</param>
/// <param name="isLegacy">Whether persistent ids are those of the legacy stream.</param>
internal sealed partial class TorchReducer(WriterProfile profile, bool compact, bool isLegacy = false) : IPickleReducer
{
    private readonly Dictionary<Storage, SavedStorage> _storages = new(ReferenceEqualityComparer.Instance);
    private readonly List<SavedStorage> _order = [];
    private readonly Dictionary<PyTensor, PyObject> _made = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<string, PyString> _words = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Module, string Name), PyGlobal> _globals = [];

    // The storage argument of the tensor that is being written: its use is known, that of a storage by itself is all of it.
    private PyStorage? _argument;
    private TensorView? _argumentView;

    /// <summary>The storages that were named, in the order of their keys.</summary>
    public IReadOnlyList<SavedStorage> Storages => _order;

    /// <inheritdoc />
    public PyValue? Reduce(PyValue value) => value is PyTensor tensor ? ReduceTensor(tensor) : null;

    /// <inheritdoc />
    public PyTuple? PersistentId(PyValue value) =>
        value switch
        {
            PyStorage storage => IdOf(storage),
            PyGlobal { Reference: { } reference } module when isLegacy => IdOf(module, reference),
            _ => null,
        };

    private PyObject ReduceTensor(PyTensor tensor)
    {
        RequireReadable(tensor.View);
        if (tensor.Source is { } source && !compact)
        {
            _argument = StorageArgument(source);
            _argumentView = tensor.View;
            return source;
        }
        if (!_made.TryGetValue(tensor, out PyObject? made))
        {
            made = tensor.Source ?? Make(tensor.View);
            made = compact ? Compacted(made, tensor.View) : made;
            _made.Add(tensor, made);
        }
        // What was compacted has no other bytes than its own.
        _argument = compact ? null : StorageArgument(made);
        _argumentView = tensor.View;
        return made;
    }

    /// <summary>('storage', class, key, location, numel): a new tuple each time, as Python's is.</summary>
    private PyTuple IdOf(PyStorage reference)
    {
        Storage storage = reference.Storage;
        PyTuple? source = reference.Source;
        PyGlobal storageClass = source is null ? ClassOf(reference.ViewedAs ?? storage.DType) : (PyGlobal)source[1];
        // What was read has a class of the table; see TorchResolver.
        _ = StorageClasses.TryGetDType(storageClass.Name, out DType? typed);
        if (isLegacy && typed is null)
        {
            throw new InvalidOperationException(
                $"PyTorch writes {storage.DType.TorchName} to the legacy format without its type, and then cannot read it: choose the zip format."
            );
        }
        SavedStorage saved = Save(storage, typed ?? DType.UInt8, source);
        if (ReferenceEquals(reference, _argument) && _argumentView is { } view)
        {
            saved.Use(view);
            _argument = null;
        }
        else
        {
            saved.UseAll();
        }
        PyString tag = Word("storage", source?[0]);
        PyString device = Word((source?[3] as PyString)?.Value ?? storage.Device, source?[3]);
        var count = new PyInt(typed is { } dtype ? storage.ByteCount / dtype.ItemSize : storage.ByteCount);
        return isLegacy
            ? new PyTuple(tag, storageClass, new PyString(saved.Key.Value), device, count, PyNone.Value)
            : new PyTuple(tag, storageClass, saved.Key, device, count);
    }

    private SavedStorage Save(Storage storage, DType dtype, PyTuple? source)
    {
        if (_storages.TryGetValue(storage, out SavedStorage? saved))
        {
            // Empty storages have no data to disagree about.
            if (saved.DType != dtype && storage.ByteCount > 0)
            {
                throw new InvalidOperationException(
                    $"One storage is saved as {saved.DType.TorchName} and as {dtype.TorchName}. PyTorch's format cannot hold tensors that view the same data as different types: copy one of them."
                );
            }
            return saved;
        }
        saved = new SavedStorage(isLegacy ? LegacyKey(source) : CountedKey(source), storage, dtype);
        _storages.Add(storage, saved);
        _order.Add(saved);
        return saved;
    }

    /// <summary>The number of storages before it.</summary>
    private PyString CountedKey(PyTuple? source)
    {
        string text = _order.Count.ToString();
        return source?[2] is PyString read && read.Value == text ? read : new PyString(text);
    }

    /// <summary>
    /// Python has one object for each of its literals <c>'storage'</c>, <c>'cpu'</c>, <c>'meta'</c> and <c>'mps'</c>, and makes <c>'cuda:0'</c>
    /// anew each time.
    /// </summary>
    private PyString Word(string text, PyValue? read)
    {
        var word = read as PyString;
        if (text.Contains(':', StringComparison.Ordinal))
        {
            return word ?? new PyString(text);
        }
        if (!_words.TryGetValue(text, out PyString? known))
        {
            known = word ?? new PyString(text);
            _words.Add(text, known);
        }
        return known;
    }

    private PyGlobal ClassOf(DType dtype) =>
        StorageClasses.TryGetName(dtype, out string? name)
            ? Global("torch", name)
            : Global("torch.storage", StorageClasses.Untyped);

    private PyGlobal Global(string module, string name)
    {
        if (!_globals.TryGetValue((module, name), out PyGlobal? global))
        {
            global = new PyGlobal(module, name);
            _globals.Add((module, name), global);
        }
        return global;
    }
}
