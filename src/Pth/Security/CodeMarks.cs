namespace Pth.Security;

/// <summary>Words by which text gives away that it is code, and what kind.</summary>
internal static class CodeMarks
{
    private static readonly string[] InMetadata =
    [
        "__import__",
        "eval(",
        "exec(",
        "os.system",
        "subprocess",
        "lambda ",
        "import os",
        "<script",
        "base64",
        "{{",
        "javascript:",
        "pickle.",
        "!!python",
        "getattr(",
    ];

    private static readonly string[] InPackages =
    [
        "__import__",
        "__builtins__",
        "__subclasses__",
        "eval(",
        "exec(",
        "compile(",
        "os.system",
        "os.popen",
        "os.exec",
        "os.spawn",
        "posix",
        "subprocess",
        "socket",
        "ctypes",
        "importlib",
        "pickle.load",
        "marshal.load",
        "urllib",
        "requests",
        "shutil",
    ];

    /// <summary>A word in a text of a file's metadata, which never is code; null for none.</summary>
    public static string? FindInMetadata(string text) =>
        Array.Find(InMetadata, mark => text.Contains(mark, StringComparison.OrdinalIgnoreCase))?.Trim();

    /// <summary>A word in Python code that a network does not need; null for none.</summary>
    public static string? FindInPackage(string text) =>
        Array.Find(InPackages, mark => text.Contains(mark, StringComparison.Ordinal));
}
