using Pth.Bytes;
using Pth.Errors;
using Pth.Formats.Torch;
using Pth.Pickle;

namespace Pth.Formats.BarePickle;

/// <summary>
/// Tensors in a lone pickle. Python's own pickler has no place for storages beside it, so each is a whole checkpoint in a run of bytes:
/// <c>torch.storage._load_from_bytes(b'...')</c>.
/// </summary>
/// <remarks>Source: <c>torch/storage.py</c> (<c>__reduce__</c>).</remarks>
internal sealed class BareResolver : IPickleResolver, IStorageProvider
{
    private readonly OpenContext _context;
    private readonly ErrorLocation _location;
    private readonly TorchResolver _torch;
    private readonly Dictionary<PyBytes, ContainerContent> _opened = new(ReferenceEqualityComparer.Instance);

    public BareResolver(OpenContext context, ErrorLocation location)
    {
        // The bytes are in memory by then.
        _context = context with
        {
            Copies = false,
        };
        _location = location;
        _torch = new TorchResolver(this, location);
    }

    /// <summary>The checkpoints in the pickle.</summary>
    public IReadOnlyCollection<ContainerContent> Opened => _opened.Values;

    /// <inheritdoc />
    public PyValue ResolvePersistentId(PyValue id, long offset) => _torch.ResolvePersistentId(id, offset);

    /// <inheritdoc />
    public PyValue? Construct(PyObject call, long offset) =>
        call.Global is { } global
        && global.Is("torch.storage", "_load_from_bytes")
        && call.Arguments is PyTuple { Count: 1 } arguments
        && arguments[0] is PyBytes bytes
            ? Open(bytes, offset)
            : _torch.Construct(call, offset);

    /// <inheritdoc />
    public bool Build(PyValue target, PyValue state, long offset) => _torch.Build(target, state, offset);

    /// <summary>A pickle that was taken out of an archive.</summary>
    public Storage Get(in StorageReference reference, ErrorLocation location) =>
        throw location.Error(
            CheckpointErrorKind.MissingRecord,
            $"a storage '{reference.Key}' of {reference.ByteCount} bytes outside the pickle",
            "the archive or folder that the pickle was taken from"
        );

    /// <summary>The numbers are little-endian.</summary>
    public void SetElementType(Storage storage, DType dtype, ErrorLocation location) { }

    private PyValue Open(PyBytes bytes, long offset)
    {
        if (!_opened.TryGetValue(bytes, out ContainerContent? content))
        {
            content = _context.OpenInner(new MemorySource(bytes.Value, _location.At(offset).ToString()));
            _opened.Add(bytes, content);
        }
        if (content.Root is PyStorage storage)
        {
            // It counts from the beginning of the bytes.
            storage.Storage.FileOffset = null;
        }
        return content.Root;
    }
}
