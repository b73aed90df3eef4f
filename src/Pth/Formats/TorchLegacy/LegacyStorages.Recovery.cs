using System.Buffers.Binary;
using Pth.Bytes;

namespace Pth.Formats.TorchLegacy;

// What is there of a stream that was cut.
internal sealed partial class LegacyStorages
{
    private readonly Dictionary<Storage, StorageLoss> _losses = new(ReferenceEqualityComparer.Instance);
    private readonly List<string> _notes = [];

    /// <summary>The storages that are not whole.</summary>
    public IReadOnlyDictionary<Storage, StorageLoss> Losses => _losses;

    /// <summary>What is wrong with the stream.</summary>
    public IReadOnlyList<string> Notes => _notes;

    /// <summary>
    /// Walks over the data as <see cref="Place(IReadOnlyList{PyValue}, long, Pth.Errors.ErrorLocation)"/> does, and goes on behind what is
    /// wrong: the object says how long each storage is, and the count before each says whether the place is right.
    /// </summary>
    /// <param name="keys">The keys in the order of the data; null where the file ends before them.</param>
    /// <param name="offset">Where the data begins.</param>
    public void PlaceWhatIsThere(IReadOnlyList<PyValue>? keys, long offset)
    {
        long zeros = ZeroTail.FindStart(source);
        bool isZero = false;
        foreach (string key in (keys ?? []).OfType<PyString>().Select(key => key.Value))
        {
            if (!_named.TryGetValue(key, out Named? named) || named.Storage.FileOffset is not null)
            {
                continue;
            }
            named.Storage.FileOffset = offset + sizeof(long);
            isZero |= PlaceOrLose(key, named, offset) && offset >= zeros;
            // Beyond the end of the file it stays there, however large the storages say they are.
            offset = named.Data.Length > source.Length ? source.Length : offset + sizeof(long) + named.Data.Length;
            offset = Math.Min(offset, source.Length);
        }
        foreach ((string key, Named named) in _named)
        {
            if (named.Storage.FileOffset is not { } start)
            {
                Lose(named, $"storage '{key}' is not in the file, which ends at byte {source.Length}");
            }
            else if (
                isZero
                && named.Data.Length > 0
                && start + named.Data.Length > zeros
                && !_losses.ContainsKey(named.Storage)
            )
            {
                Lose(named, $"storage '{key}' reaches into the zeros that the file ends with");
            }
        }
        foreach (Window window in _windows.Values.Where(window => _losses.ContainsKey(window.Root.Storage)))
        {
            _losses.TryAdd(window.Storage, _losses[window.Root.Storage] with { Prefix = null });
        }
        if (isZero)
        {
            _notes.Add(
                $"nothing but zeros from byte {zeros} to the end at {source.Length}: they were not yet on the disk when the machine stopped"
            );
        }
        else if (_losses.Count > 0)
        {
            _notes.Add($"a legacy stream that ends at byte {source.Length}, or is damaged before");
        }
    }

    /// <returns>Whether a count is wrong.</returns>
    private bool PlaceOrLose(string key, Named named, long offset)
    {
        Span<byte> count = stackalloc byte[sizeof(long)];
        if (source.Length - offset < sizeof(long))
        {
            Lose(named, $"storage '{key}' is not in the file, which ends at byte {source.Length}");
            return false;
        }
        source.CopyTo(offset, count);
        long found = BinaryPrimitives.ReadInt64LittleEndian(count);
        if (found != named.Count)
        {
            Lose(named, $"before storage '{key}' stands a count of {found} where {named.Count} is wanted");
            return true;
        }
        long room = source.Length - offset - sizeof(long);
        if (named.Data.Length > room)
        {
            Lose(
                named,
                $"the file ends {room} bytes into storage '{key}' of {named.Data.Length}",
                source.Slice(offset + sizeof(long), room)
            );
            return false;
        }
        named.Data.Bind(source.Slice(offset + sizeof(long), named.Data.Length));
        return false;
    }

    private void Lose(Named named, string reason, ByteSource? prefix = null)
    {
        if (named.Data.Length > 0)
        {
            _losses[named.Storage] = new StorageLoss(reason, prefix);
            return;
        }
        // What is empty has nothing to lose.
        named.Data.Bind(new MemorySource(Array.Empty<byte>()));
    }
}
