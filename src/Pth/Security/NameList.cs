namespace Pth.Security;

/// <summary>One of the lists of names that are built in: names separated by space, with the reason in brackets above them.</summary>
internal sealed class NameList
{
    private readonly Dictionary<string, string> _reasons = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> _lookup;

    private NameList() => _lookup = _reasons.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Reads a built-in list.</summary>
    public static NameList Load(string name)
    {
        using Stream stream =
            typeof(NameList).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The library was built without its list '{name}'.");
        using var reader = new StreamReader(stream);
        var list = new NameList();
        string reason = "";
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('#'))
            {
                continue;
            }
            if (line.StartsWith('['))
            {
                reason = line.Trim('[', ']');
                continue;
            }
            foreach (string word in line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                list._reasons[word] = reason;
            }
        }
        return list;
    }

    /// <summary>The reason for exactly this name; null where it is not on the list.</summary>
    public string? Find(ReadOnlySpan<char> name) => _lookup.TryGetValue(name, out string? reason) ? reason : null;

    /// <summary>The reason for the longest beginning of this name, at its dots, that is on the list.</summary>
    public string? FindAbove(ReadOnlySpan<char> name)
    {
        while (true)
        {
            if (Find(name) is { } reason)
            {
                return reason;
            }
            int dot = name.LastIndexOf('.');
            if (dot < 0)
            {
                return null;
            }
            name = name[..dot];
        }
    }
}
