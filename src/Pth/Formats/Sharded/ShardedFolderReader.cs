using System.Globalization;
using System.Text.RegularExpressions;
using Pth.Errors;

namespace Pth.Formats.Sharded;

/// <summary>Opens a folder as Hugging Face writes it: an index, or shards whose names count, or one file of weights.</summary>
internal sealed partial class ShardedFolderReader : IFolderReader
{
    private static readonly string[] Preferred =
    [
        "model.safetensors.index.json",
        "pytorch_model.bin.index.json",
        "model.safetensors",
        "pytorch_model.bin",
    ];

    /// <inheritdoc />
    public bool Recognizes(string path) => Find(path).Count > 0;

    /// <inheritdoc />
    public ContainerContent Open(string path, OpenContext context)
    {
        IReadOnlyList<string> found = Find(path);
        string? chosen = Array.Find(Preferred, found.Contains) ?? (found.Count == 1 ? found[0] : null);
        if (chosen is null)
        {
            throw new ErrorLocation(path).Error(
                CheckpointErrorKind.Unsupported,
                $"a folder with {string.Join(", ", found)}",
                "one checkpoint: name the file that is meant"
            );
        }
        if (ShardName().Match(chosen) is not { Success: true } first)
        {
            return context.OpenPath(Path.Combine(path, chosen));
        }
        int count = int.Parse(first.Groups["count"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);
        string[] files =
        [
            .. Enumerable
                .Range(1, count)
                .Select(i => $"{first.Groups["stem"].Value}-{i:D5}-of-{count:D5}{first.Groups["rest"].Value}"),
        ];
        return ShardedContent.Open(path, path, files, index: null, context);
    }

    /// <summary>What could be opened: indexes, else sets of shards by one of their names, else single files.</summary>
    private static IReadOnlyList<string> Find(string path)
    {
        string[] names =
        [
            .. Directory.EnumerateFiles(path).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal),
        ];
        string[] indexes = [.. names.Where(name => IndexName().IsMatch(name))];
        if (indexes.Length > 0)
        {
            return indexes;
        }
        string[] shards =
        [
            .. names
                .Select(name => ShardName().Match(name))
                .Where(match => match.Success)
                .DistinctBy(match =>
                    (match.Groups["stem"].Value, match.Groups["count"].Value, match.Groups["rest"].Value)
                )
                .Select(match => match.Value),
        ];
        string[] single = [.. names.Where(name => Preferred.Contains(name))];
        return single.Length > 0 ? single
            : shards.Length > 0 ? shards
            : [.. names.Where(name => name.EndsWith(".safetensors", StringComparison.Ordinal))];
    }

    [GeneratedRegex(@"\.index(\.[^.]+)?\.json\z", RegexOptions.CultureInvariant)]
    private static partial Regex IndexName();

    // Five digits at most: more shards than that nobody has, and a count is not believed beyond it.
    [GeneratedRegex(
        @"\A(?<stem>.+)-(?<number>[0-9]{5})-of-(?<count>[0-9]{5})(?<rest>(\.[a-z0-9]+)?\.(safetensors|bin))\z",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex ShardName();
}
