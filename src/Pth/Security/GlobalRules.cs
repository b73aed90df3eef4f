using Pth.Pickle;

namespace Pth.Security;

/// <summary>
/// What is thought of classes and functions by their names. First what is allowed, name by name; then known ways to run code, where a name
/// stands for everything below it; then known packages; the rest is unknown.
/// </summary>
internal sealed class GlobalRules
{
    private static readonly NameList WeightsOnly = NameList.Load("weights-only");
    private static readonly NameList Inert = NameList.Load("inert");
    private static readonly NameList KnownCode = NameList.Load("known-code");
    private static readonly NameList Dangerous = NameList.Load("dangerous");
    private static readonly NameList DangerousNames = NameList.Load("dangerous-names");
    private static readonly NameList Special = NameList.Load("special");

    /// <summary>Verdicts that are remembered from file to file: honest ones name the same few hundred.</summary>
    private const int MostRemembered = 10_000;

    /// <summary>No class of any package has a longer name.</summary>
    private const int LongestName = 500;

    private readonly HashSet<string> _allowed;
    private readonly List<string> _allowedBelow;
    private readonly Dictionary<(string Module, string Name, bool IsOld), Verdict> _verdicts = [];

    public GlobalRules(IEnumerable<string> allowed)
    {
        _allowed = new HashSet<string>(allowed, StringComparer.Ordinal);
        _allowedBelow =
        [
            .. _allowed.Where(name => name.EndsWith(".*", StringComparison.Ordinal)).Select(name => name[..^1]),
        ];
    }

    /// <summary>What is thought of one.</summary>
    /// <param name="module">Its module, as the pickle says.</param>
    /// <param name="name">Its name in it.</param>
    /// <param name="isOld">Whether Python translates names of Python 2: in protocols below 3.</param>
    public Verdict Judge(string module, string name, bool isOld)
    {
        (string, string, bool) key = (module, name, isOld);
        if (!_verdicts.TryGetValue(key, out Verdict? verdict))
        {
            verdict = Decide(module, name, isOld);
            if (_verdicts.Count >= MostRemembered)
            {
                _verdicts.Clear();
            }
            _verdicts.Add(key, verdict);
        }
        return verdict;
    }

    private Verdict Decide(string module, string name, bool isOld)
    {
        (string newModule, string newName) = isOld ? Python2Names.ToPython3(module, name) : (module, name);
        string full = $"{newModule}.{newName}";
        if (_allowed.Contains(full) || _allowed.Contains($"{module}.{name}"))
        {
            return Verdict.Safe;
        }
        if (full.Length > LongestName)
        {
            return new Verdict(
                ScanLevel.Dangerous,
                "PTH001",
                $"has a name of {full.Length} letters and more, and no class has"
            );
        }
        bool isDotted = newName.Contains('.', StringComparison.Ordinal);
        bool isListed = WeightsOnly.Find(full) is not null || Inert.Find(full) is not null;
        if (isListed && !isDotted)
        {
            return Verdict.Safe;
        }
        if (Special.Find(full) is { } special && !isDotted)
        {
            return new Verdict(ScanLevel.Suspicious, "PTH002", special);
        }
        if (FindDanger(full, newName) is { } reason)
        {
            bool isByName = Dangerous.FindAbove(full) is null;
            return new Verdict(ScanLevel.Dangerous, "PTH001", reason, IsByName: isByName);
        }
        // Python 2 takes the name as it stands, and a second PROTO may change which Python it is for.
        (string oldModule, string oldName) = isOld ? (module, name) : Python2Names.ToPython3(module, name);
        if (FindDanger($"{oldModule}.{oldName}", oldName) is { } oldReason)
        {
            return new Verdict(ScanLevel.Dangerous, "PTH001", oldReason);
        }
        if (_allowedBelow.Exists(prefix => full.StartsWith(prefix, StringComparison.Ordinal)))
        {
            return Verdict.Safe;
        }
        return isDotted
            ? new Verdict(
                ScanLevel.Suspicious,
                "PTH005",
                "reaches an attribute through a dotted name",
                Package(newModule)
            )
            : DecideUnlisted(newModule, newName, full);
    }

    private static Verdict DecideUnlisted(string module, string name, string full)
    {
        if (module.StartsWith("__torch__", StringComparison.Ordinal) || IsLowered(full))
        {
            return new Verdict(ScanLevel.NeedsCode, "PTH003", "is a TorchScript class", "TorchScript");
        }
        bool isClass = name.Length > 0 && char.IsAsciiLetterUpper(name[0]);
        if (isClass && KnownCode.FindAbove(module) is { } known)
        {
            return new Verdict(ScanLevel.NeedsCode, "PTH003", $"is one of the {known}", Package(module));
        }
        string reason = IsPlausible(module) && IsPlausible(name) ? "is on no list" : "has a name that no class has";
        return new Verdict(ScanLevel.Suspicious, "PTH002", reason, Package(module));
    }

    private static string? FindDanger(string full, string name)
    {
        if (!IsLowered(full) && Dangerous.FindAbove(full) is { } reason)
        {
            return reason;
        }
        foreach (Range range in name.AsSpan().Split('.'))
        {
            ReadOnlySpan<char> part = name.AsSpan(range);
            // Modules hold others under names such as _os and _sys.
            if ((DangerousNames.Find(part) ?? DangerousNames.Find(part.TrimStart('_'))) is { } byName)
            {
                return byName;
            }
            if (name.Contains('.', StringComparison.Ordinal) && part.StartsWith("__", StringComparison.Ordinal))
            {
                return "reaches into the insides of Python through a dotted name";
            }
        }
        return null;
    }

    // What torch.jit.to_backend makes; only TorchScript archives have it, and no Python module of that name exists.
    private static bool IsLowered(string full) =>
        full.StartsWith("torch.jit.", StringComparison.Ordinal)
        && full.Contains("LoweredModule", StringComparison.Ordinal);

    private static string Package(string module) => module.Split('.')[0];

    /// <summary>Whether Python could have such a name.</summary>
    public static bool IsPlausible(ReadOnlySpan<char> name)
    {
        bool atStart = true;
        foreach (char c in name)
        {
            if (c == '.' ? atStart : !(char.IsLetter(c) || c == '_' || (!atStart && char.IsDigit(c))))
            {
                return false;
            }
            atStart = c == '.';
        }
        return !atStart;
    }
}
