namespace Pth.Security;

/// <summary>What following one pickle has shown.</summary>
internal sealed class PickleTrace(int start)
{
    /// <summary>The most notes of a kind that are kept: a file may break a rule a million times.</summary>
    private const int MostNotes = 50;

    private const int MostHidden = 10_000;

    private readonly Dictionary<string, int> _noteCounts = new(StringComparer.Ordinal);
    private readonly List<StreamNote> _notes = [];
    private readonly List<HiddenRange> _hidden = [];

    public int Start { get; } = start;

    /// <summary>Where it was left.</summary>
    public int End { get; set; } = start;

    public PickleEnd Reason { get; set; }

    /// <summary>The protocol that it says; -1 where it says none.</summary>
    public int Protocol { get; set; } = -1;

    public int Operations { get; set; }

    /// <summary>What following it took, in bytes: its own, and of memory.</summary>
    public long Work { get; set; }

    /// <summary>Whether one of the globals is called.</summary>
    public bool HasCalls { get; set; }

    public Dictionary<(string Module, string Name, bool IsOld), GlobalUse> Globals { get; } = [];

    /// <summary>The instructions that import, by their offset.</summary>
    public Dictionary<int, GlobalUse> Imports { get; } = [];

    public IReadOnlyList<StreamNote> Notes => _notes;

    public List<StorageClaim> Storages { get; } = [];

    public IReadOnlyList<HiddenRange> Hidden => _hidden;

    /// <summary>The number that it is, where that is a long one: the head of a legacy file.</summary>
    public string? LongResult { get; set; }

    /// <summary>
    /// Whether these bytes are a pickle and not something else that happens to begin like one: it says its protocol, or it comes to its
    /// end having done something, or it makes a call that could be one.
    /// </summary>
    public bool IsProven =>
        (Protocol is >= 0 and <= 5 && Operations > 2)
        || (Reason == PickleEnd.Stop && Operations > 2)
        || (HasCalls && Globals.Values.All(use => use.HasPlausibleName));

    /// <summary>Whether one more note of a rule is kept: who would have to put it into words first asks.</summary>
    public bool Wants(string rule) => _noteCounts.GetValueOrDefault(rule) < MostNotes;

    public void Note(ScanLevel level, string rule, int offset, string reason, string? call = null)
    {
        int count = _noteCounts.GetValueOrDefault(rule);
        _noteCounts[rule] = count + 1;
        if (count < MostNotes)
        {
            _notes.Add(new StreamNote(level, rule, offset, reason, call));
        }
    }

    public void Hide(HiddenRange range)
    {
        if (_hidden.Count < MostHidden)
        {
            _hidden.Add(range);
        }
    }
}
