using System.Collections.ObjectModel;
using Pth.Errors;
using Pth.StateDicts;

namespace Pth.Formats.Sharded;

/// <summary>Puts the tensors of several files together.</summary>
internal sealed class ShardedContent
{
    private const int MaxListed = 5;

    private readonly ErrorLocation _location;
    private readonly List<Shard> _shards = [];
    private readonly List<string> _notes = [];
    private readonly PyDict _root = new();

    private ShardedContent(string name) => _location = new ErrorLocation(name);

    /// <summary>Opens the shards, each once, and proves that they hold what the index says.</summary>
    /// <param name="name">The index or the folder, for errors.</param>
    /// <param name="folder">Where the shards lie.</param>
    /// <param name="files">Their names.</param>
    /// <param name="index">Which holds which tensor; null where nothing says, and all count.</param>
    /// <param name="context">How to open them.</param>
    public static ContainerContent Open(
        string name,
        string folder,
        IReadOnlyList<string> files,
        ShardIndex? index,
        OpenContext context
    )
    {
        var sharded = new ShardedContent(name);
        try
        {
            foreach (string file in files)
            {
                context.Options.CancellationToken.ThrowIfCancellationRequested();
                sharded._shards.Add(Shard.Open(folder, file, context));
            }
            sharded._root.EnsureCapacity(index?.Files.Count ?? 0);
            Dictionary<PyValue, Shard> owners = index is null ? sharded.OwnAll() : sharded.OwnBy(index.Files);
            // Each that has an owner lies in its shard: as many as that leave none over.
            if (sharded._shards.Sum(shard => shard.Tensors.Count) > owners.Count)
            {
                sharded.ReportOthers(owners);
            }
            sharded.ReportSize(index);
            return new ContainerContent(sharded._root, sharded.MakeInfo(index))
            {
                Owned = [.. sharded._shards.Select(shard => shard.Content)],
                VerifyChecksums = context.Copies ? null : sharded.VerifyChecksums,
            };
        }
        catch
        {
            sharded._shards.ForEach(shard => shard.Content.Dispose());
            throw;
        }
    }

    private Dictionary<PyValue, Shard> OwnBy(IReadOnlyDictionary<string, string> map)
    {
        Dictionary<string, Shard> byFile = _shards.ToDictionary(shard => shard.File, StringComparer.Ordinal);
        var owners = new Dictionary<PyValue, Shard>(map.Count, PyKeyComparer.Instance);
        var missing = new List<string>();
        Shard? shard = null;
        foreach ((string name, string file) in map)
        {
            shard = shard?.File == file ? shard : byFile[file];
            // One key for all: it keeps its hash.
            var key = new PyString(name);
            if (shard.Tensors.TryGetValue(key, out PyValue? value))
            {
                owners.Add(key, shard);
                _root.SetRead(key, value);
            }
            else
            {
                missing.Add($"'{name}' in {file}");
            }
        }
        return missing.Count == 0
            ? owners
            : throw _location.Error(
                CheckpointErrorKind.MissingRecord,
                $"no {List(missing)}",
                "the tensors that the index names, each in its shard"
            );
    }

    private Dictionary<PyValue, Shard> OwnAll()
    {
        var owners = new Dictionary<PyValue, Shard>(PyKeyComparer.Instance);
        foreach (Shard shard in _shards)
        {
            foreach ((PyValue name, PyValue value) in shard.Tensors)
            {
                if (owners.TryAdd(name, shard))
                {
                    _root.SetRead(name, value);
                }
            }
        }
        return owners;
    }

    /// <summary>Looks at what lies in a shard and is not its own: what the index does not name is left alone, copies must be equal.</summary>
    private void ReportOthers(Dictionary<PyValue, Shard> owners)
    {
        var surplus = new List<string>();
        var copies = new List<string>();
        foreach (Shard shard in _shards)
        {
            foreach ((PyValue key, PyValue value) in shard.Tensors)
            {
                string name = PyKeyText.Of(key);
                if (!owners.TryGetValue(key, out Shard? owner))
                {
                    surplus.Add($"'{name}' in {shard.File}");
                }
                else if (owner != shard)
                {
                    if (!HaveSameElements(owner.Tensors[key], value))
                    {
                        throw _location
                            .In(name)
                            .Error(
                                CheckpointErrorKind.DuplicateRecord,
                                $"different values in {owner.File} and {shard.File}",
                                "one"
                            );
                    }
                    copies.Add($"'{name}' in {owner.File} and {shard.File}");
                }
            }
        }
        if (surplus.Count > 0)
        {
            _notes.Add($"The index does not name {List(surplus)}; left out.");
        }
        if (copies.Count > 0)
        {
            _notes.Add($"Several shards have {List(copies)}, all with the same elements.");
        }
    }

    private void ReportSize(ShardIndex? index)
    {
        if (index?.TotalSize is not { } declared)
        {
            return;
        }
        // Tied tensors share a storage, which is counted once.
        var seen = new HashSet<Storage>(_root.Count, ReferenceEqualityComparer.Instance);
        long total = 0;
        foreach (PyTensor tensor in _root.Values.OfType<PyTensor>())
        {
            total += seen.Add(tensor.View.Storage) ? tensor.View.Storage.ByteCount : 0;
        }
        if (declared != total)
        {
            _notes.Add($"The index says that the tensors have {declared} bytes; they have {total}.");
        }
    }

    private ContainerInfo MakeInfo(ShardIndex? index)
    {
        var metadata = new OrderedDictionary<string, string>(StringComparer.Ordinal);
        string?[] formats =
        [
            .. _shards
                .Select(shard => shard.Content.Info.Metadata.GetValueOrDefault("format"))
                .Distinct(StringComparer.Ordinal),
        ];
        if (formats is [{ } format])
        {
            metadata.Add("format", format);
        }
        foreach ((string key, string value) in index?.Metadata ?? ReadOnlyDictionary<string, string>.Empty)
        {
            metadata[key] = value;
        }
        string kinds = string.Join(
            " and ",
            _shards.Select(shard => shard.Content.Info.Kind).Distinct(StringComparer.Ordinal)
        );
        return new ContainerInfo
        {
            Kind = "sharded",
            Writer = $"Hugging Face, {_shards.Count} shards of {kinds}",
            RecordCount = _shards.Count,
            Metadata = new ReadOnlyDictionary<string, string>(metadata),
            Notes =
            [
                .. _notes,
                .. _shards.SelectMany(shard => shard.Content.Info.Notes.Select(note => $"{shard.File}: {note}")),
            ],
        };
    }

    private ChecksumReport VerifyChecksums(IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        var failures = new List<CheckpointException>();
        int verified = 0;
        int unrecorded = 0;
        foreach (Shard shard in _shards)
        {
            if (shard.Content.VerifyChecksums?.Invoke(progress, cancellationToken) is { } report)
            {
                verified += report.Verified;
                unrecorded += report.Unrecorded;
                failures.AddRange(report.Failures);
            }
        }
        return new ChecksumReport(verified, unrecorded, failures);
    }

    private static bool HaveSameElements(PyValue a, PyValue b) =>
        a is PyTensor { View: { Parts.IsEmpty: true, Storage.IsMeta: false } first }
        && b is PyTensor { View: { Parts.IsEmpty: true, Storage.IsMeta: false } second }
        && first.DType == second.DType
        && first.Shape.AsSpan().SequenceEqual(second.Shape.AsSpan())
        && first.Sha256().AsSpan().SequenceEqual(second.Sha256());

    private static string List(List<string> items) =>
        string.Join(", ", items.Take(MaxListed))
        + (items.Count > MaxListed ? $" and {items.Count - MaxListed} more" : "");
}
