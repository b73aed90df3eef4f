using System.Collections.ObjectModel;
using Pth.Bytes;

namespace Pth.Formats.Sharded;

/// <summary>Writes the files of a sharded checkpoint, and lets them appear together.</summary>
internal static class ShardedWriter
{
    public static ShardedSaveSummary Save(string folder, PyValue root, long maxShardSize, WriteOptions options)
    {
        var names = ShardNames.Of(options.Format);
        IContainerWriter writer = Containers.WriterOf(options.Format);
        bool isTorch = options.Format == ContainerFormat.TorchZip;
        // A pickle says which tensors share; their files need no policy.
        WriteOptions taken = isTorch ? options with { SharedTensors = SharedTensorPolicy.Clone } : options;
        var selection = TensorSelection.Take(root, taken, "a folder of shards", writer.Refuse);
        var plan = ShardPlan.Make(
            selection.Tensors,
            maxShardSize,
            isShared: isTorch || options.SharedTensors != SharedTensorPolicy.Clone
        );
        string[] files = [.. Enumerable.Range(0, plan.Shards.Count).Select(i => names.NameOf(i, plan.Shards.Count))];
        List<KeyValuePair<string, string>> metadata = [.. Texts(options.Metadata, selection.Dropped)];

        Directory.CreateDirectory(folder);
        var staged = new List<StagedSink>();
        try
        {
            WriteShards(folder, files, plan, writer, ShardOptions(options, metadata, files.Length == 1), staged);
            string? index = files.Length == 1 ? null : names.Index;
            if (index is not null)
            {
                byte[] text = ShardIndexText.Write(plan.TotalSize, metadata, Map(files, plan));
                StagedSink sink = Stage(Path.Combine(folder, index), text.Length, options.Durability, staged);
                sink.Write(0, text);
                sink.Commit();
            }
            options.CancellationToken.ThrowIfCancellationRequested();
            staged.ForEach(sink => sink.Publish());
            string[] removed = RemoveOld(folder, names, index is null ? files : [.. files, index]);
            return new ShardedSaveSummary(files, index, plan.TotalSize, removed)
            {
                LeftOut = selection.LeftOut,
                Dropped = selection.Dropped,
            };
        }
        finally
        {
            staged.ForEach(sink => sink.Discard());
        }
    }

    private static void WriteShards(
        string folder,
        string[] files,
        ShardPlan plan,
        IContainerWriter writer,
        WriteOptions options,
        List<StagedSink> staged
    )
    {
        long total = plan.Shards.Sum(shard => shard.Values.Sum(view => view.ByteCount));
        long done = 0;
        for (int i = 0; i < files.Length; i++)
        {
            string path = Path.Combine(folder, files[i]);
            PyDict shard = DictionaryOf(plan.Shards[i]);
            IProgress<TransferProgress>? progress = options.Progress is null
                ? null
                : new ShardProgress(options.Progress, done, total);
            writer.Save(
                shard,
                path,
                options with
                {
                    Progress = progress,
                },
                length => Stage(path, length, options.Durability, staged)
            );
            done += plan.Shards[i].Values.Sum(view => view.ByteCount);
        }
    }

    // A view under two names is one object, which a pickle remembers.
    private static PyDict DictionaryOf(OrderedDictionary<string, TensorView> tensors)
    {
        var dictionary = new PyDict();
        var wrappers = new Dictionary<TensorView, PyTensor>(ReferenceEqualityComparer.Instance);
        foreach ((string name, TensorView view) in tensors)
        {
            if (!wrappers.TryGetValue(view, out PyTensor? wrapper))
            {
                wrappers.Add(view, wrapper = new PyTensor(view));
            }
            dictionary.SetRead(new PyString(name), wrapper);
        }
        return dictionary;
    }

    private static StagedSink Stage(string path, long length, Durability durability, List<StagedSink> staged)
    {
        var sink = new StagedSink(ByteSink.Create(path, length, durability));
        staged.Add(sink);
        return sink;
    }

    /// <summary>A file that is alone has all texts; of several, each has the format alone and the index has the others.</summary>
    private static WriteOptions ShardOptions(
        WriteOptions options,
        List<KeyValuePair<string, string>> metadata,
        bool isAlone
    ) =>
        options with
        {
            SharedTensors = SharedTensorPolicy.Clone,
            TensorsOnly = false,
            Metadata =
                options.Metadata is null && metadata.Count == 0 ? null
                : isAlone ? metadata.ToDictionary(StringComparer.Ordinal)
                : ReadOnlyDictionary<string, string>.Empty,
        };

    // A text of the user's goes before what is recorded.
    private static IEnumerable<KeyValuePair<string, string>> Texts(
        IReadOnlyDictionary<string, string>? given,
        IReadOnlyDictionary<string, string> dropped
    )
    {
        given ??= ReadOnlyDictionary<string, string>.Empty;
        return given.Concat(dropped.Where(pair => !given.ContainsKey(pair.Key)));
    }

    private static IEnumerable<KeyValuePair<string, string>> Map(string[] files, ShardPlan plan) =>
        files
            .Zip(plan.Shards)
            .SelectMany(pair => pair.Second.Keys.Select(name => KeyValuePair.Create(name, pair.First)));

    private static string[] RemoveOld(string folder, ShardNames names, string[] written)
    {
        string[] old =
        [
            .. Directory
                .EnumerateFiles(folder)
                .Select(path => Path.GetFileName(path))
                .Where(name => names.Matches(name) && !written.Contains(name))
                .Order(StringComparer.Ordinal),
        ];
        foreach (string name in old)
        {
            File.Delete(Path.Combine(folder, name));
        }
        return old;
    }

    /// <summary>The progress of one file as a part of that of all.</summary>
    private sealed class ShardProgress(IProgress<TransferProgress> all, long before, long total)
        : IProgress<TransferProgress>
    {
        public void Report(TransferProgress value) =>
            all.Report(new TransferProgress(Math.Min(before + value.BytesDone, total), total));
    }
}
