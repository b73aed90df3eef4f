using Pth.Errors;
using Pth.Formats.Archive;
using Pth.Formats.Torch;
using Pth.Zip;

namespace Pth.Formats.TorchPackage;

/// <summary>The TorchScript modules in a package, each a pickle in a folder of its own; their tensors lie among the package's, their code in one folder.</summary>
/// <remarks>Source: <c>torch/csrc/jit/serialization/import.cpp</c>, <c>import_ir_module</c> with a storage context.</remarks>
internal sealed class PackageScripts(TorchArchive archive, ArchiveStorages storages, ReadLimits limits)
{
    private readonly ScriptClasses _classes = new(
        archive,
        $"{PackageRecords.Scripts}{TorchRecords.ScriptCode}",
        limits
    );
    private readonly Dictionary<string, PyValue> _modules = new(StringComparer.Ordinal);

    /// <summary>The module of an id, read once.</summary>
    public PyValue Read(string id, ErrorLocation here)
    {
        if (_modules.TryGetValue(id, out PyValue? known))
        {
            return known;
        }
        string record = $"{PackageRecords.Scripts}{id}/{TorchRecords.Pickle}";
        if (!archive.TryFind(record, out ZipEntry? entry))
        {
            throw here.Error(
                CheckpointErrorKind.MissingRecord,
                $"no record '{archive.Name}/{record}'",
                "the pickle of a TorchScript module"
            );
        }
        var tensors = new TorchResolver(new PackageScriptStorages(storages), entry.Location);
        var resolver = new ScriptResolver(tensors, _classes, entry.Location);
        PyValue module = ArchivePickle.Read(archive, entry, resolver, limits);
        _modules.Add(id, module);
        return module;
    }
}
