using System.Diagnostics;

namespace Pth.Tests.Bytes;

/// <summary>A disk of its own for one test, in memory. Linux and root only; where that may not mount, the test is skipped.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private SmallDisk() { }

    public string Path => _folder.Path;

    public static SmallDisk Mount(string options)
    {
        var disk = new SmallDisk();
        if (!Run("mount", "-t", "tmpfs", "-o", options, "tmpfs", disk.Path))
        {
            disk._folder.Dispose();
            Assert.Skip("This container may not mount.");
        }
        return disk;
    }

    public void Remount(string options) => Assert.True(Run("mount", "-o", $"remount,{options}", Path));

    public string Write(string name, ReadOnlySpan<byte> bytes) => _folder.Write(name, bytes);

    public void Dispose()
    {
        Assert.True(Run("umount", Path));
        _folder.Dispose();
    }

    private static bool Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(program, arguments);
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
