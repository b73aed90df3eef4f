namespace Pth.Tests.Fixtures;

/// <summary>Writing a file that was read, so that it comes out the same.</summary>
internal static class Resave
{
    public static WriteOptions Options(ContainerInfo container) =>
        new()
        {
            Format = container.Kind == "torch-legacy" ? ContainerFormat.TorchLegacy : ContainerFormat.TorchZip,
            Profile = container.Profile,
            ArchiveName = container.ArchiveName,
            StorageAlignment = container.StorageAlignment,
        };

    /// <summary>Equal to the byte; a failure names the place, not all the bytes.</summary>
    public static void AssertSameBytes(ReadOnlySpan<byte> expected, ReadOnlySpan<byte> actual)
    {
        int same = expected.CommonPrefixLength(actual);
        if (same < expected.Length || same < actual.Length)
        {
            Assert.Fail(
                $"at 0x{same:X}: expected {Around(expected, same)} (of {expected.Length} bytes), "
                    + $"found {Around(actual, same)} (of {actual.Length} bytes)"
            );
        }
    }

    private static string Around(ReadOnlySpan<byte> bytes, int place)
    {
        int start = Math.Max(0, place - 8);
        return $"...{Convert.ToHexString(bytes[start..Math.Min(bytes.Length, place + 16)])}";
    }
}
