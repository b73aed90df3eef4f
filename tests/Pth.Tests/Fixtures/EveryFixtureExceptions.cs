namespace Pth.Tests.Fixtures;

/// <summary>The shared fixtures that are not as PyTorch reads them, each with what becomes of it.</summary>
internal static class EveryFixtureExceptions
{
    public static IReadOnlyDictionary<string, string> Golden { get; } = new Dictionary<string, string>();

    public static IReadOnlyDictionary<string, string> Index { get; } = new Dictionary<string, string>();
}
