namespace Pth.Cli.Inspection;

/// <summary>What became of one check.</summary>
/// <param name="Name">Which, in one word: <c>checksums</c>.</param>
/// <param name="Passed">Whether all is well.</param>
/// <param name="Detail">What was looked at, or what is wrong.</param>
/// <param name="Command">The command that mends it or shows more; null where there is none.</param>
internal sealed record CheckResult(string Name, bool Passed, string Detail, string? Command = null);
