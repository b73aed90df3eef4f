using System.Buffers.Binary;
using Pth.Bytes;
using Pth.Errors;
using Pth.Formats.Torch;

namespace Pth.Formats.TorchLegacy;

/// <summary>The storages of a stream: named by its object, then found behind the list of their keys.</summary>
/// <param name="source">The file.</param>
/// <param name="mayBeCut">Whether the file may end before the storages that it names.</param>
internal sealed partial class LegacyStorages(ByteSource source, bool mayBeCut = false) : IStorageProvider
{
    private readonly Dictionary<string, Named> _named = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Window> _windows = new(StringComparer.Ordinal);

    /// <inheritdoc />
    public bool IsLegacy => true;

    public int Count => _named.Count;

    /// <inheritdoc />
    public Storage Get(in StorageReference reference, ErrorLocation location)
    {
        if (!_named.TryGetValue(reference.Key, out Named? named))
        {
            named = Name(reference, location);
        }
        // Empty storages have no data to disagree about.
        else if (named.Count != reference.Count || (named.DType != reference.DType && named.Count > 0))
        {
            throw location.Error(
                CheckpointErrorKind.InvalidTensor,
                $"storage '{reference.Key}' as {reference.Count} x {Text(reference.DType)}",
                $"{named.Count} x {Text(named.DType)}, as it was named before"
            );
        }
        return reference.Window is { } window ? Look(named, window, reference.Device, location) : named.Storage;
    }

    /// <summary>The numbers are little-endian whoever wrote them.</summary>
    public void SetElementType(Storage storage, DType dtype, ErrorLocation location) { }

    /// <summary>Walks over the data: for each key a count of elements and then their bytes, which are not looked at.</summary>
    /// <param name="keys">The keys in the order of the data.</param>
    /// <param name="offset">Where the data begins.</param>
    /// <param name="location">The file, for errors.</param>
    /// <returns>Where the data ends.</returns>
    public long Place(IReadOnlyList<PyValue> keys, long offset, ErrorLocation location)
    {
        int placed = 0;
        foreach (PyValue key in keys)
        {
            if (key is not PyString text || !_named.TryGetValue(text.Value, out Named? named))
            {
                throw location.Error(
                    CheckpointErrorKind.MissingRecord,
                    key is PyString other ? $"a storage '{other.Value}' that nothing refers to" : key.Describe(),
                    "the key of a storage that the object names"
                );
            }
            offset = Place(text.Value, named, location.At(offset));
            placed++;
        }
        if (placed < _named.Count)
        {
            string missing = _named.First(entry => entry.Value.Storage.FileOffset is null).Key;
            throw location.Error(
                CheckpointErrorKind.MissingRecord,
                $"no storage '{missing}' among the {placed} in the file",
                $"all {_named.Count} that the object names"
            );
        }
        foreach (Window window in _windows.Values)
        {
            window.Storage.FileOffset = window.Root.Storage.FileOffset + (window.Place.Offset * window.Root.ItemSize);
        }
        return offset;
    }

    private long Place(string key, Named named, ErrorLocation here)
    {
        long offset = here.Offset!.Value;
        if (named.Storage.FileOffset is not null)
        {
            throw here.Error(CheckpointErrorKind.DuplicateRecord, $"storage '{key}' twice", "each once");
        }
        if (source.Length - offset < sizeof(long))
        {
            throw here.Error(
                CheckpointErrorKind.Truncated,
                $"{source.Length - offset} bytes",
                $"the number of elements of storage '{key}'"
            );
        }
        long count = BinaryPrimitives.ReadInt64LittleEndian(source.GetSpan(offset, sizeof(long)));
        if (count != named.Count)
        {
            throw here.Error(
                CheckpointErrorKind.SizeMismatch,
                $"{count} elements in storage '{key}'",
                $"{named.Count}, as the object says"
            );
        }
        offset += sizeof(long);
        if (named.Data.Length > source.Length - offset)
        {
            throw here.At(offset)
                .Error(
                    CheckpointErrorKind.Truncated,
                    $"{source.Length - offset} bytes",
                    $"{named.Data.Length} of storage '{key}'"
                );
        }
        named.Data.Bind(source.Slice(offset, named.Data.Length));
        named.Storage.FileOffset = offset;
        return offset + named.Data.Length;
    }

    private Named Name(in StorageReference reference, ErrorLocation location)
    {
        if (reference.ByteCount > (mayBeCut ? long.MaxValue : source.Length))
        {
            throw location.Error(
                CheckpointErrorKind.Truncated,
                $"a storage of {reference.Count} x {Text(reference.DType)}",
                $"no more than the {source.Length} bytes of the file"
            );
        }
        var data = new LaterSource(source.Name, (long)reference.ByteCount);
        var storage = new Storage(data, reference.DType ?? DType.UInt8, reference.Device) { Key = reference.Key };
        var named = new Named(data, storage, reference.DType, reference.Count);
        _named.Add(reference.Key, named);
        return named;
    }

    private Storage Look(Named named, StorageWindow window, string device, ErrorLocation location)
    {
        if (_windows.TryGetValue(window.Key, out Window? known))
        {
            return known.Root == named && known.Place == window
                ? known.Storage
                : throw location.Error(
                    CheckpointErrorKind.InvalidTensor,
                    $"two parts of storages with the key '{window.Key}'",
                    "one"
                );
        }
        if (window.Count > named.Count || window.Offset > named.Count - window.Count)
        {
            throw location.Error(
                CheckpointErrorKind.InvalidTensor,
                $"{window.Count} elements from element {window.Offset} on",
                $"a part of the {named.Count} elements of the storage"
            );
        }
        ByteSource part = named.Data.Slice(window.Offset * named.ItemSize, window.Count * named.ItemSize);
        var storage = new Storage(part, named.Storage.DType, device) { Key = window.Key };
        _windows.Add(window.Key, new Window(named, window, storage));
        return storage;
    }

    private static string Text(DType? dtype) => dtype?.TorchName ?? "byte (untyped)";

    private sealed record Named(LaterSource Data, Storage Storage, DType? DType, long Count)
    {
        public int ItemSize => DType?.ItemSize ?? 1;
    }

    private sealed record Window(Named Root, StorageWindow Place, Storage Storage);
}
