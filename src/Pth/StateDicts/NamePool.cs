namespace Pth.StateDicts;

/// <summary>Keeps one string for a name that comes over and over: <c>weight</c>, <c>bias</c>, <c>0</c>.</summary>
internal sealed class NamePool
{
    // Names that do not repeat would only be kept here in vain.
    private const int MaxNames = 1 << 12;

    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _names = new HashSet<string>(
        StringComparer.Ordinal
    ).GetAlternateLookup<ReadOnlySpan<char>>();

    public string Get(ReadOnlySpan<char> name)
    {
        if (_names.TryGetValue(name, out string? known))
        {
            return known;
        }
        if (_names.Set.Count < MaxNames)
        {
            _names.Add(name);
            return _names.TryGetValue(name, out known) ? known : name.ToString();
        }
        return name.ToString();
    }
}
