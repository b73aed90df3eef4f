using Pth.Bytes;
using Pth.Errors;
using Pth.Formats.Torch;

namespace Pth.Fuzz;

/// <summary>Has every storage that a pickle names, in the size that it names, up to a megabyte.</summary>
internal sealed class AnySizeStorages : IStorageProvider
{
    private const int Largest = 1 << 20;

    private static readonly byte[] Bytes = Enumerable.Range(0, Largest).Select(i => (byte)(i % 251)).ToArray();

    private readonly Dictionary<string, Storage> _storages = new(StringComparer.Ordinal);

    public Storage Get(in StorageReference reference, ErrorLocation location)
    {
        if (reference.ByteCount > Largest)
        {
            throw location.Error(CheckpointErrorKind.MissingRecord, "no so large storage", $"{Largest} bytes at most");
        }
        if (!_storages.TryGetValue(reference.Key, out Storage? storage))
        {
            var data = new MemorySource(Bytes.AsMemory(0, (int)reference.ByteCount));
            storage = new Storage(data, reference.DType ?? DType.UInt8, reference.Device) { Key = reference.Key };
            _storages.Add(reference.Key, storage);
        }
        return storage.ByteCount == (long)reference.ByteCount
            ? storage
            : throw location.Error(CheckpointErrorKind.SizeMismatch, $"{storage.ByteCount}", $"{reference.ByteCount}");
    }

    public void SetElementType(Storage storage, DType dtype, ErrorLocation location) { }
}
