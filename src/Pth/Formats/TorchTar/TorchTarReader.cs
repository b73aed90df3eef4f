using Pth.Bytes;
using Pth.Errors;
using Pth.Formats.Torch;
using Pth.Tar;

namespace Pth.Formats.TorchTar;

/// <summary>Reads the tar that PyTorch 0.1.0 to 0.1.9 wrote. Entries are read where they lie.</summary>
internal sealed class TorchTarReader : IContainerReader
{
    private const string SystemName = "sys_info";
    private const string PickleName = "pickle";
    private const string TensorsName = "tensors";
    private const string StoragesName = "storages";

    private static readonly string[] Names = [SystemName, PickleName, TensorsName, StoragesName];

    /// <inheritdoc />
    public bool Recognizes(ByteSource source)
    {
        if (!TarReader.IsAt(source))
        {
            return false;
        }
        try
        {
            var reader = new TarReader(source, new ErrorLocation(source.Name), ReadLimits.Default);
            return reader.TryReadNext(out TarEntry? first) && Names.Contains(first.Name);
        }
        catch (CheckpointException)
        {
            return false;
        }
    }

    /// <inheritdoc />
    public ContainerContent Open(ByteSource source, OpenContext context)
    {
        var location = new ErrorLocation(source.Name);
        ReadLimits limits = context.Options.Limits;
        Dictionary<string, TarEntry> entries = ReadEntries(source, location, limits);
        if (!entries.ContainsKey(TensorsName) && entries.ContainsKey(StoragesName))
        {
            throw location.Error(
                CheckpointErrorKind.Unsupported,
                "a tar without the entry 'tensors': tests of other libraries hold such files, PyTorch never wrote one and cannot read them",
                "the entries 'pickle', 'tensors' and 'storages', as PyTorch 0.1 wrote them"
            );
        }
        TarMember Member(string name) =>
            entries.TryGetValue(name, out TarEntry? entry)
                ? new TarMember(source.Slice(entry.Offset, entry.Length), location.In(name), limits)
                : throw location.Error(
                    CheckpointErrorKind.MissingRecord,
                    $"no entry '{name}'",
                    "the entries 'pickle', 'tensors' and 'storages', as PyTorch 0.1 wrote them"
                );

        PyValue? system = entries.ContainsKey(SystemName) ? Member(SystemName).ReadPickle() : null;
        var objects = new TarObjects();
        objects.ReadStorages(Member(StoragesName));
        objects.ReadTensors(Member(TensorsName));
        var resolver = new TarResolver(objects, location.In(PickleName));
        TarMember pickle = Member(PickleName);
        PyValue root = pickle.ReadPickle(resolver);
        pickle.End();

        return new ContainerContent(
            root,
            new ContainerInfo
            {
                Kind = "torch-tar",
                Writer = "PyTorch 0.1.0 to 0.1.9",
                RecordCount = entries.Count,
                Version = VersionOf(system),
                StorageAlignment = 1,
                Code = resolver.ModuleSources,
                Notes = system is not null && SystemInfo.NoteOn(system) is { } note ? [note] : [],
            }
        );
    }

    private static Dictionary<string, TarEntry> ReadEntries(
        ByteSource source,
        ErrorLocation location,
        ReadLimits limits
    )
    {
        var entries = new Dictionary<string, TarEntry>(StringComparer.Ordinal);
        var reader = new TarReader(source, location, limits);
        while (reader.TryReadNext(out TarEntry? entry))
        {
            if (!Names.Contains(entry.Name))
            {
                continue;
            }
            ErrorLocation here = location.At(entry.HeaderOffset);
            if (entry.Type != TarEntryType.File)
            {
                throw here.Error(CheckpointErrorKind.InvalidTar, $"'{entry.Name}' as a {entry.Type}", "a file");
            }
            if (!entries.TryAdd(entry.Name, entry))
            {
                throw here.Error(CheckpointErrorKind.DuplicateRecord, $"'{entry.Name}' twice", "one of each");
            }
        }
        return entries;
    }

    private static int? VersionOf(PyValue? system) =>
        system is PyDict facts
        && facts.TryGetValue("protocol_version", out PyValue? version)
        && RebuildArguments.AsLong(version) is { } number and >= 0 and <= int.MaxValue
            ? (int)number
            : null;
}
