using System.Buffers.Binary;
using Pth.Tests;
using Pth.Torch.Build;

namespace Pth.Torch.Tests.Build;

/// <summary>What the build does to the copy of TorchSharp's native library.</summary>
public sealed class MendTests
{
    private const string Version = "GLIBCXX_3.4.32";

    private static string Packages =>
        Environment.GetEnvironmentVariable("NUGET_PACKAGES")
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    private static string Original =>
        Path.Combine(Packages, "torchsharp", "0.107.0", "runtimes", "linux-x64", "native", "libLibTorchSharp.so");

    private static string Mended =>
        Directory.EnumerateFiles(AppContext.BaseDirectory, "libLibTorchSharp.so", SearchOption.AllDirectories).First();

    [Fact]
    public void One_bit_differs_from_the_library_in_the_package_and_the_package_is_as_it_was_published()
    {
        byte[] original = File.ReadAllBytes(Original);
        byte[] mended = File.ReadAllBytes(Mended);
        Assert.Equal(original.Length, mended.Length);
        int[] changed = [.. Enumerable.Range(0, original.Length).Where(i => original[i] != mended[i])];
        int at = Assert.Single(changed);
        // VER_FLG_WEAK of a version need whose name is the one.
        Assert.Equal(2, original[at] ^ mended[at]);
        Assert.Equal(0, original[at] & 2);
        Assert.Equal(Hash(Version), BinaryPrimitives.ReadUInt32LittleEndian(original.AsSpan(at - 4)));
        // The same time: the next build does not copy it again.
        Assert.Equal(File.GetLastWriteTimeUtc(Original), File.GetLastWriteTimeUtc(Mended));
    }

    [Fact]
    public void The_task_mends_a_copy_once_and_then_leaves_it_alone()
    {
        using var folder = new TemporaryFolder();
        string copy = folder.Write("libLibTorchSharp.so", File.ReadAllBytes(Original));
        var written = new DateTime(2020, 1, 2, 3, 4, 5, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(copy, written);
        Assert.True(LibraryFile.Mend(copy, Version));
        Assert.Equal(File.ReadAllBytes(Mended), File.ReadAllBytes(copy));
        Assert.Equal(written, File.GetLastWriteTimeUtc(copy));

        Assert.False(LibraryFile.Mend(copy, Version));
        Assert.Equal(File.ReadAllBytes(Mended), File.ReadAllBytes(copy));
        Assert.Equal([copy], Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void A_link_to_the_package_is_replaced_and_not_followed()
    {
        using var folder = new TemporaryFolder();
        string package = folder.Write("package.so", File.ReadAllBytes(Original));
        string link = Path.Combine(folder.Path, "libLibTorchSharp.so");
        File.CreateSymbolicLink(link, package);
        Assert.True(LibraryFile.Mend(link, Version));
        Assert.Equal(File.ReadAllBytes(Original), File.ReadAllBytes(package));
        Assert.Equal(File.ReadAllBytes(Mended), File.ReadAllBytes(link));
    }

    [Fact]
    public void A_library_that_asks_for_nothing_of_the_kind_stays_as_it_is()
    {
        byte[] mended = File.ReadAllBytes(Mended);
        byte[] copy = [.. mended];
        Assert.Equal(0, new ElfVersionNeeds(copy).MarkWeak("GLIBCXX_9.9.99"));
        Assert.Equal(0, new ElfVersionNeeds(copy).MarkWeak(Version));
        Assert.Equal(mended, copy);
    }

    [Fact]
    public void What_is_no_library_is_refused_and_left_alone()
    {
        byte[] original = File.ReadAllBytes(Original);
        byte[] big = [.. original[..4096]];
        big[5] = 2;
        foreach (
            byte[] bytes in new byte[][]
            {
                [],
                [0x7F],
                "no library at all, but long enough to be one, were it not this"u8.ToArray(),
                big,
            }
        )
        {
            Assert.Throws<InvalidDataException>(() => new ElfVersionNeeds(bytes));
        }
        RefuseAndLeaveAlone("text"u8.ToArray());
    }

    [Fact]
    public void A_library_that_is_cut_or_leads_out_of_itself_is_refused_and_left_alone()
    {
        byte[] original = File.ReadAllBytes(Original);
        // The table of sections is at the end.
        byte[] cut = original[..^64];
        Assert.Throws<InvalidDataException>(() => new ElfVersionNeeds(cut).MarkWeak(Version));
        foreach (int offset in new[] { 0x28, 0x2C, 0x2F })
        {
            byte[] astray = [.. original];
            astray[offset] = 0xFF;
            Exception? fault = Record.Exception(() => new ElfVersionNeeds(astray).MarkWeak(Version));
            Assert.True(fault is null or InvalidDataException, $"{fault}");
        }
        RefuseAndLeaveAlone(cut);
    }

    [Fact]
    public void Whatever_is_damaged_the_search_ends()
    {
        byte[] original = File.ReadAllBytes(Original);
        var random = new Random(7);
        for (int i = 0; i < 50; i++)
        {
            byte[] damaged = [.. original];
            int table = (int)BinaryPrimitives.ReadInt64LittleEndian(original.AsSpan(0x28));
            for (int j = 0; j < 4; j++)
            {
                damaged[table + random.Next(original.Length - table)] = (byte)random.Next(256);
            }
            Exception? fault = Record.Exception(() => new ElfVersionNeeds(damaged).MarkWeak(Version));
            Assert.True(fault is null or InvalidDataException, $"{fault}");
        }
    }

    private static void RefuseAndLeaveAlone(byte[] bytes)
    {
        using var folder = new TemporaryFolder();
        string path = folder.Write("libLibTorchSharp.so", bytes);
        Assert.Throws<InvalidDataException>(() => LibraryFile.Mend(path, Version));
        Assert.Equal(bytes, File.ReadAllBytes(path));
        Assert.Equal([path], Directory.GetFiles(folder.Path));
    }

    // The hash of a version's name that the System V ABI defines.
    private static uint Hash(string name)
    {
        uint hash = 0;
        foreach (char letter in name)
        {
            hash = unchecked((hash << 4) + letter);
            uint high = hash & 0xF000_0000;
            hash = (hash ^ (high >> 24)) & ~high;
        }
        return hash;
    }
}
