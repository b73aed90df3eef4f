using Pth.Bytes;
using Pth.Errors;
using Pth.Formats.Sharded;
using Pth.Formats.Wrapped;

namespace Pth.Formats;

/// <summary>Finds the checkpoints in a folder and the folders below it.</summary>
internal static class CheckpointFiles
{
    /// <summary>What is expected to be a checkpoint, and is listed also where its content is none: that is what is wrong with it.</summary>
    private static readonly string[] Extensions = [".pth", ".pt", ".ckpt", ".bin", ".safetensors", ".npz", ".npy"];

    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = FileAttributes.ReparsePoint };

    /// <summary>Files, indexes of shards in the place of the shards, and folders that are one checkpoint, in the order of their names.</summary>
    public static IReadOnlyList<string> Find(string folder)
    {
        var found = new List<string>();
        var pending = new Stack<string>([folder]);
        while (pending.TryPop(out string? current))
        {
            if (new ExtractedFolderReader().Recognizes(current))
            {
                found.Add(current);
                continue;
            }
            AddFiles(current, found);
            foreach (
                string below in Directory
                    .EnumerateDirectories(current, "*", Everything)
                    .OrderDescending(StringComparer.Ordinal)
            )
            {
                pending.Push(below);
            }
        }
        return found;
    }

    private static void AddFiles(string folder, List<string> found)
    {
        string[] files = [.. Directory.EnumerateFiles(folder, "*", Everything).Order(StringComparer.Ordinal)];
        var shards = new HashSet<string>(StringComparer.Ordinal);
        foreach (string index in files.Where(file => file.EndsWith(".json", StringComparison.Ordinal)))
        {
            foreach (string shard in ShardsOf(index))
            {
                shards.Add(Path.Combine(folder, shard));
            }
        }
        found.AddRange(files.Where(file => !shards.Contains(file) && IsExpected(file)));
    }

    private static bool IsExpected(string path)
    {
        if (Array.Exists(Extensions, extension => path.EndsWith(extension, StringComparison.OrdinalIgnoreCase)))
        {
            return true;
        }
        using ByteSource source = FileSource.Open(path);
        return Containers.Recognizes(source);
    }

    private static IEnumerable<string> ShardsOf(string path)
    {
        using ByteSource source = FileSource.Open(path);
        if (!new ShardIndexReader().Recognizes(source))
        {
            return [];
        }
        try
        {
            return [.. ShardIndex.Read(source, ReadOptions.Default).Files.Values];
        }
        catch (CheckpointException)
        {
            // What is wrong with the index is told when it is opened.
            return [];
        }
    }
}
