namespace Pth;

/// <summary>The states that one object is given after its first, in order.</summary>
internal static class PyStates
{
    /// <summary>An honest pickle gives an object one. Whoever asks for an attribute looks through all of them.</summary>
    public const int Max = 64;

    public static IReadOnlyList<PyValue> Later(List<PyValue>? later) => later is null ? [] : later;

    public static PyValue? At(PyValue? first, List<PyValue>? later, int index)
    {
        if (index == 0)
        {
            return first;
        }
        return later is not null && index <= later.Count ? later[index - 1] : null;
    }

    /// <returns>Whether there was room for it.</returns>
    public static bool TryAdd(ref List<PyValue>? later, PyValue state)
    {
        later ??= [];
        if (later.Count == Max - 1)
        {
            return false;
        }
        later.Add(state);
        return true;
    }
}
