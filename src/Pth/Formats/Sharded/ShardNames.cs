using System.Text.RegularExpressions;

namespace Pth.Formats.Sharded;

/// <summary>The names of the files of one save.</summary>
internal sealed class ShardNames(string stem, string extension)
{
    private readonly Regex _pattern = new(
        $@"\A{Regex.Escape(stem)}(-[0-9]{{5}}-of-[0-9]{{5}})?{Regex.Escape(extension)}(\.index\.json)?\z",
        RegexOptions.CultureInvariant
    );

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

    public string Index => $"{stem}{extension}.index.json";

    /// <summary>The name of a file.</summary>
    /// <param name="number">Its number, from 0.</param>
    /// <param name="count">How many there are.</param>
    public string NameOf(int number, int count) =>
        count == 1 ? stem + extension : $"{stem}-{number + 1:D5}-of-{count:D5}{extension}";

    /// <summary>Whether a file is of such a save.</summary>
    public bool Matches(string name) => _pattern.IsMatch(name);
}
