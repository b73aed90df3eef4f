using Pth.Bytes;
using Pth.Formats.Archive;
using Pth.Formats.Torch;
using Pth.StateDicts;
using Pth.Tensors;
using Pth.Zip;

namespace Pth.Formats.TorchScript;

/// <summary>
/// Reads what <c>torch.jit.save</c> writes since PyTorch 1.4, with bytecode (<c>.ptl</c>) or without: the module as inert objects. Its code is
/// listed and never run; of classes, the lines that name parameters and buffers are read.
/// </summary>
internal sealed class TorchScriptReader : IZipContainerReader
{
    private static string[] Folders { get; } =
    [TorchRecords.StoragePrefix, ScriptRecords.Constants, ScriptRecords.TracedInputs];

    /// <inheritdoc />
    public bool Recognizes(ZipArchiveReader zip) => TorchArchive.HasRecord(zip, TorchRecords.ScriptConstants);

    /// <inheritdoc />
    public ContainerContent Open(ByteSource source, ZipArchiveReader zip, OpenContext context)
    {
        TorchArchive archive = TorchArchive.Open(source, zip);
        ContainerInfo info = ScriptFingerprint.Read(archive);
        IEnumerable<ZipEntry> records = Folders.SelectMany(archive.EntriesBelow);
        return ArchiveOpener.Open(
            source,
            zip,
            archive,
            records,
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
        var classes = new ScriptClasses(archive, TorchRecords.ScriptCode, limits);
        var storages = new List<ArchiveStorages>();
        PyValue root = ReadPickle(archive.Find(TorchRecords.Pickle), TorchRecords.StoragePrefix);
        PyDict? beside = null;
        ReadBeside(TorchRecords.ScriptConstants, ScriptRecords.Constants);
        ReadBeside(ScriptRecords.TracedInputsPickle, ScriptRecords.TracedInputs);
        return new ArchiveReading(root, info, storages.SelectMany(one => one.All)) { Beside = beside };

        void ReadBeside(string pickle, string folder)
        {
            if (
                archive.TryFind(pickle, out ZipEntry? entry)
                && ReadPickle(entry, folder) is var value
                && TensorReach.Find(value).Reaches(value)
            )
            {
                (beside ??= []).Add(new PyString(pickle), value);
            }
        }

        PyValue ReadPickle(ZipEntry entry, string folder)
        {
            var own = new ArchiveStorages(
                archive,
                info.IsBigEndian,
                open,
                folder,
                mayBeLeftOut: folder == ScriptRecords.TracedInputs
            );
            storages.Add(own);
            var tensors = new TorchResolver(own, entry.Location);
            return ArchivePickle.Read(archive, entry, new ScriptResolver(tensors, classes, entry.Location), limits);
        }
    }
}
