using Pth.Bytes;
using Pth.Errors;
using Pth.Formats.Torch;
using Pth.Pickle;

namespace Pth.Formats.TorchLegacy;

/// <summary>Takes the whole tensors out of a legacy stream that was cut behind its object. The format has no checksums.</summary>
internal sealed class TorchLegacyRecoverer : IRecoverer
{
    /// <inheritdoc />
    public bool Recognizes(ByteSource source) => LegacyHead.IsAt(source);

    /// <inheritdoc />
    public RecoveredContent Recover(ByteSource source, ReadOptions options)
    {
        var location = new ErrorLocation(source.Name);
        var head = new PickleReader(source, location, options.Limits);
        _ = LegacyHead.Read(head, location);
        var storages = new LegacyStorages(source, mayBeCut: true);
        var resolver = new TorchResolver(storages, location);
        var body = new PickleReader(source, location, options.Limits, resolver, head.Position);
        PyValue root = body.Read();
        var info = new ContainerInfo
        {
            Kind = "torch-legacy",
            Writer = "PyTorch 0.1.10 to 1.5, or a later one that was asked for the old format",
            Version = LegacyHead.ProtocolVersion,
            StorageAlignment = 1,
            Code = resolver.ModuleSources,
        };
        var tail = new PickleReader(source, location, options.Limits, position: body.Position);
        PyList? keys = ReadKeys(tail);
        storages.PlaceWhatIsThere(keys, keys is null ? source.Length : tail.Position);
        return new RecoveredContent(root, info, storages.Losses) { Notes = storages.Notes };
    }

    // Where the list of keys is cut, no data follows.
    private static PyList? ReadKeys(PickleReader reader)
    {
        try
        {
            return reader.Read() as PyList;
        }
        catch (CheckpointException)
        {
            return null;
        }
    }
}
