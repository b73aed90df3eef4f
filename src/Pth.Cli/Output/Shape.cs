namespace Pth.Cli.Output;

/// <summary>Shapes as text.</summary>
internal static class Shape
{
    /// <summary>As PyTorch writes it: <c>[64, 3, 3, 3]</c>.</summary>
    public static string ForPeople(IEnumerable<long> shape) => $"[{string.Join(", ", shape)}]";

    /// <summary>In one word: <c>[64,3,3,3]</c>.</summary>
    public static string Dense(IEnumerable<long> shape) => $"[{string.Join(',', shape)}]";
}
