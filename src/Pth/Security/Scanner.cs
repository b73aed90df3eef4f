using Pth.Bytes;
using Pth.Security;

namespace Pth;

/// <summary>
/// Looks at files from strangers before anything loads them: what would Python run? Nothing is run or resolved here. Every file is looked
/// at by its content, whatever it is called.
/// </summary>
/// <remarks>
/// First everything is refused that is on no list: PyTorch's own for <c>weights_only</c>, and names that were reviewed. Among what is left,
/// known ways to run code are <see cref="ScanLevel.Dangerous"/>.
/// </remarks>
public static class Scanner
{
    /// <summary>Looks at a file, or at every file in a folder and below.</summary>
    /// <param name="path">The file or folder. Links to files are followed, links to folders are not.</param>
    /// <param name="options">How; the defaults where null.</param>
    /// <param name="progress">Told of each file of a folder that is done, by one thread at a time.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="FileNotFoundException">There is neither a file nor a folder of that name.</exception>
    public static ScanReport Scan(
        string path,
        ScanOptions? options = null,
        IProgress<ScanProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= ScanOptions.Default;
        if (Directory.Exists(path))
        {
            return FolderScan.Run(path, options, progress, cancellationToken);
        }
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"There is no file '{path}'.", path);
        }
        return new ScanReport([ScanFile(path, options, cancellationToken)]);
    }

    /// <summary>Looks at what is left of a stream, as of an upload. It is read into memory.</summary>
    /// <param name="stream">The stream; it stays open.</param>
    /// <param name="name">What reports call it.</param>
    /// <param name="options">How; the defaults where null.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static ScannedFile Scan(
        Stream stream,
        string name = "<stream>",
        ScanOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(stream);
        using ByteSource source = StreamSource.ReadAll(stream, name, cancellationToken);
        return Run(source, name, options ?? ScanOptions.Default, cancellationToken);
    }

    /// <summary>Looks at bytes in memory.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="name">What reports call it.</param>
    /// <param name="options">How; the defaults where null.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static ScannedFile Scan(
        ReadOnlyMemory<byte> bytes,
        string name = "<memory>",
        ScanOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        using var source = new MemorySource(bytes, name);
        return Run(source, name, options ?? ScanOptions.Default, cancellationToken);
    }

    private static ScannedFile Run(ByteSource source, string name, ScanOptions options, CancellationToken token) =>
        FileScan.Run(source, name, options, new GlobalRules(options.Allowed), token);

    // What is named is read whatever it is: a pipe too.
    private static ScannedFile ScanFile(string path, ScanOptions options, CancellationToken token)
    {
        try
        {
            using ByteSource source = FileSource.Open(path, token);
            return Run(source, path, options, token);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new ScannedFile(path, "unreadable", ScanLevel.Safe, [], [], 0, e.Message);
        }
    }
}
