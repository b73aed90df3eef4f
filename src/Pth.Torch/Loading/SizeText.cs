namespace Pth.Torch.Loading;

/// <summary>A shape as Python prints it: <c>torch.Size([3, 2])</c>.</summary>
internal static class SizeText
{
    public static string Of(ReadOnlySpan<long> shape) => $"torch.Size([{string.Join(", ", shape.ToArray())}])";
}
