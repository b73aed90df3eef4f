using Pth.Bytes;

namespace Pth.Security;

/// <summary>The scan of a folder: of every file in it and below, on several cores.</summary>
internal static class FolderScan
{
    /// <summary>Shorter files are read at once.</summary>
    private const int ShortFile = 32 << 10;

    public static ScanReport Run(
        string folder,
        ScanOptions options,
        IProgress<ScanProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        var unreadable = new List<ScannedFile>();
        List<string> paths = FolderWalk.Files(folder, unreadable);
        var files = new ScannedFile[paths.Count];
        var gate = new Lock();
        int done = 0;
        ParallelWork.Run(
            paths.Count,
            ParallelWork.Workers,
            () => new GlobalRules(options.Allowed),
            (index, rules) =>
            {
                files[index] = Scan(paths[index], options, rules, cancellationToken);
                if (progress is not null)
                {
                    lock (gate)
                    {
                        progress.Report(new ScanProgress(++done, paths.Count, paths[index]));
                    }
                }
            },
            cancellationToken
        );
        return new ScanReport(
            unreadable.Count == 0
                ? files
                : [.. files.Concat(unreadable).OrderBy(file => file.Path, StringComparer.Ordinal)]
        );
    }

    private static ScannedFile Scan(string path, ScanOptions options, GlobalRules rules, CancellationToken token)
    {
        try
        {
            FileKind kind = OperatingSystemCalls.KindOf(path);
            if (kind is FileKind.Pipe or FileKind.Socket or FileKind.Device)
            {
                return NotAFile(path, kind);
            }
            using FileSource? file = FileSource.OpenRegular(path);
            if (file is null)
            {
                return NotAFile(path, OperatingSystemCalls.KindOf(path));
            }
            if (file.Length > ShortFile)
            {
                return FileScan.Run(file, path, options, rules, token);
            }
            var bytes = new byte[file.Length];
            file.CopyTo(0, bytes);
            return FileScan.Run(new MemorySource(bytes, path), path, options, rules, token);
        }
        catch (IOException e) when (LeadsToNothing(path, e))
        {
            return new ScannedFile(path, "link", ScanLevel.Safe, [], [], 0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new ScannedFile(path, "unreadable", ScanLevel.Safe, [], [], 0, e.Message);
        }
    }

    // Also a link that leads to itself.
    private static bool LeadsToNothing(string path, IOException e) =>
        new FileInfo(path).LinkTarget is not null
        && (
            e is FileNotFoundException
            || (OperatingSystem.IsLinux() && OperatingSystemCalls.KindOf(path) == FileKind.Unknown)
        );

    private static ScannedFile NotAFile(string path, FileKind kind)
    {
        string content = kind switch
        {
            FileKind.Pipe => "pipe",
            FileKind.Socket => "socket",
            _ => "device",
        };
        return new ScannedFile(path, content, ScanLevel.Safe, [], [], 0);
    }
}
