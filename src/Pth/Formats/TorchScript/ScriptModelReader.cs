using Pth.Bytes;
using Pth.Errors;
using Pth.Formats.Archive;
using Pth.Formats.Torch;
using Pth.Tensors;
using Pth.Zip;

namespace Pth.Formats.TorchScript;

/// <summary>
/// Reads what <c>torch.jit.save</c> wrote in PyTorch 1.0 to 1.3: a description of modules and tensors in JSON, a record for each
/// tensor's storage, and a pickle of the other attributes. The code is listed and never run.
/// </summary>
/// <remarks>Source: <c>torch/csrc/jit/serialization/import_legacy.cpp</c>, which still reads such files in PyTorch 2.</remarks>
internal sealed class ScriptModelReader : IZipContainerReader
{
    /// <inheritdoc />
    public bool Recognizes(ZipArchiveReader zip) => TorchArchive.HasRecord(zip, TorchRecords.ScriptModel);

    /// <inheritdoc />
    public ContainerContent Open(ByteSource source, ZipArchiveReader zip, OpenContext context)
    {
        TorchArchive archive = TorchArchive.Open(source, zip);
        ContainerInfo info = ScriptFingerprint.Read(archive);
        return ArchiveOpener.Open(
            source,
            zip,
            archive,
            archive.EntriesBelow(ScriptRecords.Tensors),
            context,
            open => Read(archive, info, open, context.Options.Limits)
        );
    }

    private static ArchiveReading Read(
        TorchArchive archive,
        ContainerInfo info,
        Func<ZipEntry, (ByteSource Data, StorageChecksum Checksum)> open,
        ReadLimits limits
    )
    {
        ZipEntry entry = archive.Find(TorchRecords.ScriptModel);
        ScriptModel model = ReadModel(archive, entry, limits);
        var storages = new ArchiveStorages(archive, info.IsBigEndian, open, ScriptRecords.Tensors, mayBeRetyped: true);
        var tensors = new ScriptTensorTable(archive, model.Tensors, storages, entry.Location);
        IReadOnlyList<PyValue> attributes = ReadAttributes(archive, model, tensors, storages, limits);
        PyObject root = new ScriptModuleBuilder(tensors, attributes, entry.Location).Build(model.Module);
        return new ArchiveReading(root, info, storages.All) { Beside = tensors.CollectUnused() };
    }

    private static ScriptModel ReadModel(TorchArchive archive, ZipEntry entry, ReadLimits limits)
    {
        using NativeMemorySource? copy = ArchivePickle.Open(archive, entry, limits, out ByteSource json);
        return ScriptModelParser.Parse(json.GetSpan(0, (int)json.Length), entry.Location);
    }

    private static IReadOnlyList<PyValue> ReadAttributes(
        TorchArchive archive,
        ScriptModel model,
        ScriptTensorTable tensors,
        ArchiveStorages storages,
        ReadLimits limits
    )
    {
        if (model.Version < ScriptModel.FirstWithAttributes)
        {
            return [];
        }
        ZipEntry entry = archive.Find(ScriptRecords.Attributes);
        var resolver = new ScriptAttributeResolver(
            new TorchResolver(storages, entry.Location),
            tensors,
            entry.Location
        );
        return ArchivePickle.Read(archive, entry, resolver, limits) switch
        {
            PyTuple tuple => tuple,
            PyList list => list,
            var other => throw entry.Location.Error(
                CheckpointErrorKind.InvalidPickle,
                other.Describe(),
                "a list or tuple of attributes"
            ),
        };
    }
}
