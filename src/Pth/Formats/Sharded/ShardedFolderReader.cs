using Pth.Errors;

namespace Pth.Formats.Sharded;

/// <summary>Opens a folder as Hugging Face writes it: an index, or shards whose names count, or one file of weights.</summary>
internal sealed class ShardedFolderReader : IFolderReader
{
    private const string SafeTensors = ".safetensors";

    private static readonly string[] Preferred =
    [
        "model.safetensors.index.json",
        "pytorch_model.bin.index.json",
        "model.safetensors",
        "pytorch_model.bin",
    ];

    /// <inheritdoc />
    public bool Recognizes(string path) => Find(path).Length > 0;

    /// <inheritdoc />
    public ContainerContent Open(string path, OpenContext context)
    {
        string[] found = Find(path);
        string? chosen = Array.Find(Preferred, found.Contains) ?? (found.Length == 1 ? found[0] : null);
        if (chosen is null)
        {
            throw new ErrorLocation(path).Error(
                CheckpointErrorKind.Unsupported,
                $"a folder with {string.Join(", ", found)}",
                "one checkpoint: name the file that is meant"
            );
        }
        return ShardName.TryParse(chosen, out ShardName shard)
            ? ShardedContent.Open(
                path,
                path,
                [.. Enumerable.Range(1, shard.Count).Select(shard.At)],
                index: null,
                context
            )
            : context.OpenPath(Path.Combine(path, chosen));
    }

    /// <summary>What could be opened: indexes, else files with the names of whole models, else one of each set of shards, else single files.</summary>
    private static string[] Find(string path)
    {
        string[] names =
        [
            .. Directory.EnumerateFiles(path).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal),
        ];
        string[][] choices =
        [
            [.. names.Where(IsIndex)],
            [.. names.Where(name => Preferred.Contains(name, StringComparer.Ordinal))],
            [.. ShardsAmong(names)],
            [.. names.Where(name => name.EndsWith(SafeTensors, StringComparison.Ordinal))],
        ];
        return Array.Find(choices, choice => choice.Length > 0) ?? [];
    }

    private static IEnumerable<string> ShardsAmong(string[] names)
    {
        var seen = new HashSet<ShardName>();
        foreach (string name in names)
        {
            if (
                ShardName.TryParse(name, out ShardName shard)
                && (shard.Rest.EndsWith(SafeTensors, StringComparison.Ordinal) || shard.Rest is ".bin")
                && seen.Add(shard)
            )
            {
                yield return name;
            }
        }
    }

    /// <summary>As <c>x.index.json</c>, or with a variant of the weights before the last dot: <c>x.index.fp16.json</c>.</summary>
    private static bool IsIndex(string name)
    {
        const string Mark = ".index.";
        int mark = name.LastIndexOf(Mark, StringComparison.Ordinal);
        if (mark < 0)
        {
            return false;
        }
        string rest = name[(mark + Mark.Length)..];
        return rest == "json" || (rest.EndsWith(".json", StringComparison.Ordinal) && rest.AsSpan().Count('.') == 1);
    }
}
