namespace Pth.Cli.Parsing;

/// <summary>The containers that are written, as the command line and <c>pth show</c> call them.</summary>
internal static class FormatNames
{
    private static readonly (string Name, ContainerFormat Format, string[] Extensions)[] Formats =
    [
        ("torch-zip", ContainerFormat.TorchZip, [".pth", ".pt", ".bin", ".ckpt"]),
        ("torch-legacy", ContainerFormat.TorchLegacy, []),
        ("safetensors", ContainerFormat.SafeTensors, [".safetensors"]),
        ("torchsharp-dat", ContainerFormat.TorchSharp, [".dat"]),
        ("npz", ContainerFormat.Npz, [".npz"]),
        ("npy", ContainerFormat.Npy, [".npy"]),
    ];

    public static IReadOnlyList<string> All => [.. Formats.Select(format => format.Name)];

    /// <summary>The extensions from which a format is told.</summary>
    public static IReadOnlyList<string> Extensions => [.. Formats.SelectMany(format => format.Extensions)];

    public static string Of(ContainerFormat format) => Array.Find(Formats, known => known.Format == format).Name;

    /// <summary>The format of a container by its <see cref="ContainerInfo.Kind"/>; null where it is not written.</summary>
    public static ContainerFormat? Find(string name) =>
        Array.Find(Formats, known => known.Name == name) is { Name: not null } found ? found.Format : null;

    /// <summary>The format that a file's extension asks for; null where it tells none.</summary>
    public static ContainerFormat? OfPath(string path)
    {
        string extension = Path.GetExtension(path);
        return
            Array.Find(Formats, known => known.Extensions.Contains(extension, StringComparer.OrdinalIgnoreCase))
                is { Name: not null } found
            ? found.Format
            : null;
    }

    /// <summary>Whether the format holds any Python object, and not only tensors.</summary>
    public static bool HoldsObjects(ContainerFormat format) =>
        format is ContainerFormat.TorchZip or ContainerFormat.TorchLegacy;
}
