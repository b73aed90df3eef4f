using Pth.Errors;
using Pth.Formats.Archive;
using Pth.Formats.Torch;

namespace Pth.Formats.TorchPackage;

/// <summary>The storages of a package by the keys that its TorchScript modules use: <c>0.storage</c> where its pickles say <c>0</c>.</summary>
internal sealed class PackageScriptStorages(ArchiveStorages storages) : IStorageProvider
{
    public Storage Get(in StorageReference reference, ErrorLocation location)
    {
        string key = reference.Key;
        return storages.Get(
            key.EndsWith(PackageRecords.StorageSuffix, StringComparison.Ordinal)
                ? reference with
                {
                    Key = key[..^PackageRecords.StorageSuffix.Length],
                }
                : reference,
            location
        );
    }

    public void SetElementType(Storage storage, DType dtype, ErrorLocation location) =>
        storages.SetElementType(storage, dtype, location);
}
