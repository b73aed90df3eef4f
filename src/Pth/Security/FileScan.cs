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

    /// <summary>What may be held of unpacked bytes at once, however containers nest.</summary>
    private const long FreeRoom = 16L << 20;

    private const long RoomPerByte = 3;

    private readonly HashSet<(string, string?, string?, long?)> _seen = [];
    private readonly List<Finding> _findings = [];
    private readonly Dictionary<(ScanLevel, string), int> _counts = [];
    private readonly SortedSet<string> _packages = new(StringComparer.Ordinal);
    private long _work;
    private long _held;
    private bool _isTired;
    private ScanLevel _level;

    public GlobalRules Rules => rules;

    /// <summary>The length of the whole file.</summary>
    public long Length => length;

    public ScanOptions Options => options;

    /// <summary>What the file is by its content.</summary>
    public string Content { get; set; } = "other";

    public int Pickles { get; set; }

    /// <summary>How many findings say that programs may read an archive in different ways.</summary>
    public int ArchiveFaults { get; private set; }

    /// <summary>How many more unpacked bytes may be held.</summary>
    public long Room => Math.Max(FreeRoom + RoomPerByte * length - _held, 0);

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
        ArchiveFaults += rule.StartsWith("PTH03", StringComparison.Ordinal) ? 1 : 0;
        // A flood of one kind must not wash the others away.
        int count = _counts.GetValueOrDefault((level, rule));
        if (count < (options.MaxFindings + 1) / 2 && _seen.Add((rule, global, stream, offset)))
        {
            _counts[(level, rule)] = count + 1;
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

    /// <summary>Unpacked bytes are held from now on; fewer than none where they are held no more.</summary>
    public void Hold(long bytes) => _held += bytes;

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

    // The worst first; of those equally bad, at first some of every kind.
    private IEnumerable<Finding> Kept() =>
        _findings.Count <= options.MaxFindings
            ? _findings.OrderByDescending(finding => finding.Level)
            : _findings
                .GroupBy(finding => (finding.Level, finding.Rule))
                .SelectMany(group => group.Index())
                .OrderByDescending(item => item.Item.Level)
                .ThenBy(item => item.Index)
                .Take(options.MaxFindings)
                .Select(item => item.Item);

    private ScannedFile Finish() => new(path, Content, _level, [.. Kept()], [.. _packages], Pickles);
}
