namespace Pth.Torch.Tests.Live;

internal static class SameBytes
{
    public static void Assert(string expected, string actual)
    {
        byte[] theirs = File.ReadAllBytes(expected);
        byte[] ours = File.ReadAllBytes(actual);
        int common = theirs.AsSpan().CommonPrefixLength(ours);
        Xunit.Assert.True(
            theirs.Length == ours.Length && common == ours.Length,
            $"{Path.GetFileName(actual)}: {ours.Length} bytes, PyTorch's {theirs.Length}, the first that differs at {common}"
        );
    }
}
