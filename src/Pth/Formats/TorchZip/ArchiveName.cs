using System.Text;

namespace Pth.Formats.TorchZip;

/// <summary>The folder that every record of the zip lies in.</summary>
internal static class ArchiveName
{
    /// <summary>The name for streams, and for paths that PyTorch opens itself.</summary>
    public const string Default = "archive";

    /// <summary>The name that <c>torch.save(obj, path)</c> gives: the file's name up to its last dot.</summary>
    /// <exception cref="ArgumentException">Nothing stands before the last dot, which PyTorch refuses too.</exception>
    public static string FromPath(string path, WriterProfile profile)
    {
        // PyTorch from 2.0 on hands over a path with other letters as an opened file.
        bool opened = profile switch
        {
            WriterProfile.PyTorch19 => true,
            WriterProfile.PyTorch113 => false,
            _ => !Ascii.IsValid(path),
        };
        if (opened)
        {
            return Default;
        }
        string file = path[(path.LastIndexOfAny(['/', '\\']) + 1)..];
        int dot = file.LastIndexOf('.');
        string stem = dot < 0 ? file : file[..dot];
        return stem.Length > 0
            ? stem
            : throw new ArgumentException(
                $"The file name '{file}' has nothing before its dot to name the archive. Rename it, or set WriteOptions.ArchiveName.",
                nameof(path)
            );
    }
}
