namespace Pth.Formats.Sharded;

/// <summary>The names of the files of one save.</summary>
internal sealed class ShardNames(string stem, string extension)
{
    private const string IndexExtension = ".index.json";

    /// <summary>The names that <c>huggingface_hub</c> gives files of a format.</summary>
    /// <exception cref="ArgumentException">It has none for it.</exception>
    public static ShardNames Of(ContainerFormat format) =>
        format switch
        {
            ContainerFormat.SafeTensors => new ShardNames("model", ".safetensors"),
            ContainerFormat.TorchZip => new ShardNames("pytorch_model", ".bin"),
            _ => throw new ArgumentException(
                $"Found {format}, expected {ContainerFormat.SafeTensors} or {ContainerFormat.TorchZip} for shards.",
                nameof(format)
            ),
        };

    public string Index => stem + extension + IndexExtension;

    /// <summary>The name of a file.</summary>
    /// <param name="number">Its number, from 0.</param>
    /// <param name="count">How many there are.</param>
    public string NameOf(int number, int count) =>
        count == 1 ? stem + extension : new ShardName(stem, count, extension).At(number + 1);

    /// <summary>Whether a file is of such a save.</summary>
    public bool Matches(string name)
    {
        string file = name.EndsWith(IndexExtension, StringComparison.Ordinal) ? name[..^IndexExtension.Length] : name;
        return file == stem + extension
            || (ShardName.TryParse(file, out ShardName shard) && shard.Stem == stem && shard.Rest == extension);
    }
}
