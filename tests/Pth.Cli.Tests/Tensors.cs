namespace Pth.Cli.Tests;

/// <summary>Small tensors, to be used with <c>using static</c>.</summary>
internal static class Tensors
{
    public static TensorView Tensor<T>(params T[] values)
        where T : unmanaged => TensorView.FromArray(values);
}
