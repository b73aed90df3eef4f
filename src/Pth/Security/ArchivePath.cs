namespace Pth.Security;

/// <summary>Names of records that unpacking programs are led astray by.</summary>
internal static class ArchivePath
{
    /// <summary>What is wrong with a name; null where nothing is.</summary>
    public static string? WhatIsWrong(string name)
    {
        if (
            name.StartsWith('/')
            || name.StartsWith('\\')
            || (name.Length > 1 && name[1] == ':' && char.IsAsciiLetter(name[0]))
        )
        {
            return "the name is an absolute path";
        }
        foreach (Range range in name.AsSpan().SplitAny('/', '\\'))
        {
            if (name.AsSpan(range) is "..")
            {
                return "the name leads out of its folder";
            }
        }
        return name.AsSpan().ContainsAnyInRange('\0', '\x1F') ? "the name has control characters" : null;
    }
}
