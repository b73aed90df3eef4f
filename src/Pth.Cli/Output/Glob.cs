namespace Pth.Cli.Output;

/// <summary>
/// A pattern for whole names: <c>*</c> is any text, <c>?</c> any one character. Brackets stand for themselves,
/// because names have them: <c>state[0].step</c>.
/// </summary>
internal sealed class Glob(string pattern)
{
    public bool IsMatch(string name)
    {
        int p = 0;
        int n = 0;
        int star = -1;
        int retry = 0;
        while (n < name.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                star = p++;
                retry = n;
            }
            else if (p < pattern.Length && (pattern[p] == '?' || pattern[p] == name[n]))
            {
                p++;
                n++;
            }
            else if (star >= 0)
            {
                // Only the last star need give way: what an earlier one took can be as short as it was.
                p = star + 1;
                n = ++retry;
            }
            else
            {
                return false;
            }
        }
        return pattern.AsSpan(p).Trim('*').IsEmpty;
    }
}
