namespace Pth.Tests.Formats;

/// <summary>Values that go through a file in memory.</summary>
internal static class Saved
{
    public static byte[] Bytes(PyValue root, WriteOptions? options = null)
    {
        using var stream = new MemoryStream();
        Checkpoint.Save(stream, root, options);
        return stream.ToArray();
    }

    /// <summary>As the file says of itself that it was written.</summary>
    public static WriteOptions As(ContainerInfo info) =>
        new()
        {
            Format = info.Kind == "torch-legacy" ? ContainerFormat.TorchLegacy : ContainerFormat.TorchZip,
            ArchiveName = info.ArchiveName,
            Profile = info.Profile,
            StorageAlignment = info.StorageAlignment,
        };

    public static Checkpoint Reopen(PyValue root, WriteOptions? options = null) =>
        Checkpoint.Open(Bytes(root, options));

    public static string Fixture(string folder, string name) => Path.Combine(Repository.Fixtures, folder, name);

    public static void AssertSameBytes(byte[] expected, byte[] actual, string file)
    {
        int same = expected.AsSpan().CommonPrefixLength(actual);
        Assert.True(
            expected.AsSpan().SequenceEqual(actual),
            $"{file}: {actual.Length} bytes, expected {expected.Length}; the first that differs is 0x{same:X}"
        );
    }
}
