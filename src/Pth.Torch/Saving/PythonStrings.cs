namespace Pth.Torch.Saving;

/// <summary>
/// The strings that Python has once in a process. A pickle writes such a string once, however many state dicts are in it; that is seen in its bytes.
/// </summary>
internal static class PythonStrings
{
    private const int Latin1 = 256;

    private static readonly PyString Empty = new("");

    private static readonly PyString[] Single =
    [
        .. Enumerable.Range(0, Latin1).Select(code => new PyString(((char)code).ToString())),
    ];

    /// <summary>A literal of PyTorch's source.</summary>
    public static PyString Version { get; } = new("version");

    /// <summary>
    /// The path of a module, which PyTorch cuts from a longer string: a new one each time, but for the empty string and those of one
    /// character of Latin-1, which CPython keeps.
    /// </summary>
    public static PyString OfPath(string path) =>
        path switch
        {
            "" => Empty,
            [< (char)Latin1] => Single[path[0]],
            _ => new PyString(path),
        };
}
