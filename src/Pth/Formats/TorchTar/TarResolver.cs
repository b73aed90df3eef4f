using Pth.Errors;
using Pth.Formats.Torch;
using Pth.Pickle;

namespace Pth.Formats.TorchTar;

/// <summary>What the object's pickle refers to: tensors and storages by their keys as text, classes of modules with their source.</summary>
internal sealed class TarResolver(TarObjects objects, ErrorLocation location) : IPickleResolver, IStorageProvider
{
    private TorchResolver? _torch;

    /// <summary>The names of the module classes that come with the text of their source.</summary>
    public IReadOnlyList<string> ModuleSources => Torch.ModuleSources;

    private TorchResolver Torch => _torch ??= new TorchResolver(this, location);

    /// <inheritdoc />
    public PyValue ResolvePersistentId(PyValue id, long offset)
    {
        switch (id)
        {
            case PyTuple tuple when ModuleClass.TryRead(tuple, 0) is { } module:
                return Torch.AddModule(module);
            case PyString key:
                return objects.Find(key.Value)
                    ?? throw location
                        .At(offset)
                        .Error(
                            CheckpointErrorKind.MissingRecord,
                            $"no tensor or storage '{key.Value}'",
                            "one of the entries 'tensors' and 'storages'"
                        );
            default:
                return new PyPersistent(id);
        }
    }

    /// <inheritdoc />
    public PyValue? Construct(PyObject call, long offset) => Torch.Construct(call, offset);

    /// <inheritdoc />
    public bool Build(PyValue target, PyValue state, long offset) => Torch.Build(target, state, offset);

    /// <summary>Persistent ids never come here.</summary>
    public Storage Get(in StorageReference reference, ErrorLocation here) =>
        throw here.Error(CheckpointErrorKind.InvalidTensor, "a storage by its class and size", "its key");

    /// <summary>There are no untyped storages in such files.</summary>
    public void SetElementType(Storage storage, DType dtype, ErrorLocation here) { }
}
