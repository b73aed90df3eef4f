using Pth.Bytes;

namespace Pth.Security;

/// <summary>The scan of one file: what was found so far, and how much may still be done.</summary>
internal sealed class FileScan(
    string path,
    long length,
    ScanOptions options,
    GlobalRules rules,
    CancellationToken cancellationToken
)
{
    private const long FreeWork = 64L << 20;
    private const long WorkPerByte = 8;

    private readonly HashSet<(string, string?, string?, long?)> _seen = [];
    private readonly List<Finding> _findings = [];
    private readonly SortedSet<string> _packages = new(StringComparer.Ordinal);
    private long _work;
    private bool _isTired;
    private ScanLevel _level;

    public GlobalRules Rules => rules;

    /// <summary>The length of the whole file.</summary>
    public long Length => length;

    public ScanOptions Options => options;

    /// <summary>What the file is by its content.</summary>
    public string Content { get; set; } = "other";

    public int Pickles { get; set; }

    /// <summary>Who wants to see the pickles; null for nobody.</summary>
    public PickleObserver? OnPickle { get; init; }

    public void Add(
        ScanLevel level,
        string rule,
        string? stream,
        long? offset,
        string reason,
        string? global = null,
        string? call = null
    )
    {
        _level = level > _level ? level : _level;
        if (_findings.Count < options.MaxFindings && _seen.Add((rule, global, stream, offset)))
        {
            _findings.Add(new Finding(level, rule, global, stream, offset, call, reason, path));
        }
    }

    public void AddPackage(string package) => _packages.Add(package);

    /// <summary>
    /// Counts bytes that are looked at in another way than once from their beginning to their end: unpacked, decoded, tried. False
    /// where the file has had its share, so that a small one cannot keep the scanner busy for ever.
    /// </summary>
    public bool MayWork(long bytes, string? stream)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _work += bytes;
        if (_work <= FreeWork + WorkPerByte * length)
        {
            return true;
        }
        if (!_isTired)
        {
            _isTired = true;
            Add(
                ScanLevel.Suspicious,
                "PTH038",
                stream,
                null,
                "the file unpacks to much more than it is, and is not looked at any further"
            );
        }
        return false;
    }

    /// <summary>Looks at a whole file.</summary>
    public static ScannedFile Run(
        ByteSource source,
        string path,
        ScanOptions options,
        GlobalRules rules,
        CancellationToken cancellationToken
    )
    {
        var scan = new FileScan(path, source.Length, options, rules, cancellationToken);
        scan.Content = new ContentScan(scan).Look(source, null, 0);
        return scan.Finish();
    }

    private ScannedFile Finish() =>
        new(path, Content, _level, [.. _findings.OrderByDescending(finding => finding.Level)], [.. _packages], Pickles);
}
