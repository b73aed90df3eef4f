using Pth.Bytes;
using Pth.Errors;
using Pth.Formats.Torch;
using Pth.Pickle;

namespace Pth.Formats.TorchLegacy;

/// <summary>
/// Reads the stream that PyTorch 0.1.10 to 1.5 wrote: five pickles, then the storages one behind the other. Where they lie is computed from
/// their counts, so the data itself stays untouched.
/// </summary>
internal sealed class TorchLegacyReader : IContainerReader
{
    /// <inheritdoc />
    public bool Recognizes(ByteSource source) => LegacyHead.IsAt(source);

    /// <inheritdoc />
    public ContainerContent Open(ByteSource source, OpenContext context)
    {
        var location = new ErrorLocation(source.Name);
        ReadLimits limits = context.Options.Limits;
        var head = new PickleReader(source, location, limits);
        PyValue system = LegacyHead.Read(head, location);

        var storages = new LegacyStorages(source);
        var resolver = new TorchResolver(storages, location);
        var body = new PickleReader(source, location, limits, resolver, head.Position);
        PyValue root = body.Read();

        var tail = new PickleReader(source, location, limits, position: body.Position);
        if (tail.Read() is not PyList keys)
        {
            throw location
                .At(body.Position)
                .Error(CheckpointErrorKind.InvalidPickle, "no list behind the object", "the keys of the storages");
        }
        long end = storages.Place(keys, tail.Position, location);
        return new ContainerContent(root, Describe(system, resolver.ModuleSources, source.Length - end));
    }

    private static ContainerInfo Describe(PyValue system, IReadOnlyList<string> sources, long left)
    {
        List<string> notes = [];
        if (SystemInfo.NoteOn(system) is { } note)
        {
            notes.Add(note);
        }
        if (left > 0)
        {
            notes.Add($"{left} bytes follow the last storage: another file may have been appended. They are not read.");
        }
        return new ContainerInfo
        {
            Kind = "torch-legacy",
            Writer = "PyTorch 0.1.10 to 1.5, or a later one that was asked for the old format",
            Version = LegacyHead.ProtocolVersion,
            StorageAlignment = 1,
            Code = sources,
            Notes = notes,
        };
    }
}
