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

    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = FileAttributes.None };

    /// <summary>Links to folders are not followed, so that none is met twice; links to files are, as caches are made of them.</summary>
    private static readonly EnumerationOptions NoLinks = new() { AttributesToSkip = FileAttributes.ReparsePoint };

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
                    .EnumerateDirectories(current, "*", NoLinks)
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
        string[] files =
        [
            .. Directory.EnumerateFiles(folder, "*", Everything).Where(MayBeAFile).Order(StringComparer.Ordinal),
        ];
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
        try
        {
            using FileSource? source = FileSource.OpenRegular(path);
            return source is not null && Containers.Recognizes(source);
        }
        catch (FileNotFoundException)
        {
            // A link that leads to nothing.
            return false;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // Whoever opens it next says why it cannot be read.
            return true;
        }
    }

    /// <summary>A pipe would be waited for, and a device has no end.</summary>
    private static bool MayBeAFile(string path) =>
        OperatingSystemCalls.KindOf(path) is FileKind.Regular or FileKind.Unknown;

    private static IEnumerable<string> ShardsOf(string path)
    {
        try
        {
            using FileSource? source = FileSource.OpenRegular(path);
            if (source is null || !new ShardIndexReader().Recognizes(source))
            {
                return [];
            }
            return [.. ShardIndex.Read(source, ReadOptions.Default).Files.Values];
        }
        catch (Exception fault) when (fault is CheckpointException or IOException or UnauthorizedAccessException)
        {
            // What is wrong with the index is told when it is opened.
            return [];
        }
    }
}
