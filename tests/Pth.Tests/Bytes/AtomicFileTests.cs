using System.Diagnostics;
using System.Runtime.Versioning;
using Pth.Bytes;

namespace Pth.Tests.Bytes;

public class AtomicFileTests
{
    private const UnixFileMode Umask022 =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    [Theory]
    [InlineData(Durability.Synced)]
    [InlineData(Durability.Kernel)]
    public void The_file_appears_when_it_is_committed(Durability durability)
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "a.pth");
        using (ByteSink sink = ByteSink.Create(path, 8, durability))
        {
            Assert.True(sink.IsPositioned);
            sink.Write(4, "5678"u8);
            sink.Write(0, "1234"u8);
            Assert.False(File.Exists(path));
            sink.Commit();
        }
        Assert.Equal("12345678"u8, File.ReadAllBytes(path));
        Assert.Equal([path], Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void Without_a_commit_the_old_file_stays_and_nothing_is_left_beside_it()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Write("a.pth", "old"u8);
        using (ByteSink sink = ByteSink.Create(path, 3, Durability.Synced))
        {
            sink.Write(0, "new"u8);
        }
        Assert.Equal("old"u8, File.ReadAllBytes(path));
        Assert.Equal([path], Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void A_reader_of_the_old_file_keeps_it()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Write("a.pth", "old"u8);
        using ByteSource old = FileSource.Open(path);
        Save(path, "newer"u8);
        Assert.Equal("old"u8, old.GetSpan(0, 3));
        Assert.Equal("newer"u8, File.ReadAllBytes(path));
    }

    [Fact]
    public void Less_than_was_announced_is_not_committed()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Write("a.pth", "old"u8);
        using (ByteSink sink = ByteSink.Create(path, 4, Durability.Kernel))
        {
            sink.Write(0, "123"u8);
            Assert.Throws<InvalidOperationException>(sink.Commit);
        }
        Assert.Equal("old"u8, File.ReadAllBytes(path));
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void Permissions_of_the_old_file_are_kept()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has other permissions.");
        }
        using var folder = new TemporaryFolder();
        string path = folder.Write("a.pth", "old"u8);
        UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        File.SetUnixFileMode(path, mode);
        Save(path, "new"u8);
        Assert.Equal(mode, File.GetUnixFileMode(path));
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void A_new_file_has_the_permissions_that_any_new_file_gets()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has other permissions.");
        }
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "a.pth");
        Save(path, "new"u8);
        Assert.Equal(File.GetUnixFileMode(folder.Write("b", [])), File.GetUnixFileMode(path));
        Assert.Equal(Umask022, File.GetUnixFileMode(path) | Umask022);
    }

    [Fact]
    public void A_link_stays_and_its_target_is_replaced()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a privilege on Windows.");
        using var folder = new TemporaryFolder();
        string target = folder.Write("target.pth", "old"u8);
        string link = Path.Combine(folder.Path, "link.pth");
        string second = Path.Combine(folder.Path, "second.pth");
        File.CreateSymbolicLink(link, "target.pth");
        File.CreateSymbolicLink(second, link);
        Save(second, "new"u8);
        Assert.Equal("target.pth", new FileInfo(link).LinkTarget);
        Assert.Equal(link, new FileInfo(second).LinkTarget);
        Assert.Equal("new"u8, File.ReadAllBytes(target));
    }

    [Fact]
    public void The_target_of_a_dangling_link_is_made()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a privilege on Windows.");
        using var folder = new TemporaryFolder();
        string link = Path.Combine(folder.Path, "link.pth");
        File.CreateSymbolicLink(link, "target.pth");
        Save(link, "new"u8);
        Assert.Equal("new"u8, File.ReadAllBytes(Path.Combine(folder.Path, "target.pth")));
        Assert.NotNull(new FileInfo(link).LinkTarget);
    }

    [Fact]
    public void Devices_are_written_in_order_and_stay()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no /dev/null.");
        using (ByteSink sink = ByteSink.Create("/dev/null", 6, Durability.Synced))
        {
            Assert.False(sink.IsPositioned);
            sink.Write(0, "123"u8);
            Assert.Throws<InvalidOperationException>(() => sink.Write(4, "5"u8));
            sink.Commit();
        }
        Assert.True(File.Exists("/dev/null"));
    }

    [Fact]
    public async Task A_named_pipe_is_written_and_read_in_order()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "mkfifo and cat are used.");
        using var folder = new TemporaryFolder();
        string pipe = Path.Combine(folder.Path, "pipe");
        using (Process mkfifo = Process.Start("mkfifo", pipe))
        {
            await mkfifo.WaitForExitAsync();
        }
        Task<byte[]> reader = Task.Run(() =>
        {
            using ByteSource source = FileSource.Open(pipe);
            return source.GetSpan(0, (int)source.Length).ToArray();
        });
        Save(pipe, "through the pipe"u8);
        byte[] read = await reader;
        Assert.Equal("through the pipe"u8, read);
        Assert.Equal([pipe], Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void A_full_device_gives_the_real_cause()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "/dev/full is Linux's.");
        IOException error = Assert.Throws<IOException>(() => Save("/dev/full", "new"u8));
        Assert.Contains("No space left on device", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_full_disk_gives_the_real_cause_and_leaves_the_old_file()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "Root mounts a small disk.");
        using var disk = SmallDisk.Mount("size=1m");
        string path = disk.Write("a.pth", "old"u8);
        IOException error = Assert.Throws<IOException>(() => Save(path, new byte[2_000_000]));
        Assert.Contains("disk was full", error.Message, StringComparison.Ordinal);
        Assert.Equal("old"u8, File.ReadAllBytes(path));
        Assert.Equal([path], Directory.GetFileSystemEntries(disk.Path));
    }

    [Fact]
    public void What_a_dead_process_left_is_removed_before_the_space_is_taken()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "Root mounts a small disk.");
        using var disk = SmallDisk.Mount("size=4m");
        string stale = disk.Write(NameOf(DeadProcess()), new byte[3_000_000]);
        string path = disk.Write("a.pth", "old"u8);

        Save(path, new byte[2_000_000]);

        Assert.False(File.Exists(stale));
        Assert.Equal([path], Directory.GetFileSystemEntries(disk.Path));
    }

    [Fact]
    public void What_may_still_be_written_is_left_alone()
    {
        using var folder = new TemporaryFolder();
        int dead = DeadProcess();
        // Of this process and of one that lives, of another machine, under other names, and one whose lock is held.
        string[] others =
        [
            folder.Write(NameOf(Environment.ProcessId), [1]),
            folder.Write(NameOf(dead).Replace(NameOf(dead).Split('-')[1], "00000000", StringComparison.Ordinal), [1]),
            folder.Write(".pth-mine.tmp", [1]),
            folder.Write($".pth-{Guid.NewGuid():N}.tmp", [1]),
        ];
        string held = folder.Write(NameOf(dead), [1]);
        string path = Path.Combine(folder.Path, "a.pth");
        using (File.Open(held, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            Save(path, "1"u8);
            Assert.True(File.Exists(held));
        }
        Assert.All(others, other => Assert.True(File.Exists(other), other));

        Save(path, "2"u8);

        Assert.False(File.Exists(held));
        Assert.All(others, other => Assert.True(File.Exists(other), other));
    }

    [Fact]
    public void A_process_that_only_has_the_number_of_the_dead_one_keeps_nothing()
    {
        using var folder = new TemporaryFolder();
        string stale = folder.Write(NameOf(Environment.ProcessId), [1]);
        File.SetLastWriteTimeUtc(stale, Process.GetCurrentProcess().StartTime.ToUniversalTime().AddMinutes(-1));

        Save(Path.Combine(folder.Path, "a.pth"), "1"u8);

        Assert.False(File.Exists(stale));
    }

    [Fact]
    public void A_folder_that_vanishes_is_an_I_O_error_and_nothing_else()
    {
        using var folder = new TemporaryFolder();
        string inner = Directory.CreateDirectory(Path.Combine(folder.Path, "inner")).FullName;
        using ByteSink sink = ByteSink.Create(Path.Combine(inner, "a.pth"), 3, Durability.Synced);
        sink.Write(0, "new"u8);
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows keeps a folder with an open file.");
        Directory.Delete(inner, recursive: true);

        Assert.ThrowsAny<IOException>(sink.Commit);
    }

    [Fact]
    public void A_read_only_folder_is_refused_and_the_old_file_stays()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "Root mounts a small disk.");
        using var disk = SmallDisk.Mount("size=1m");
        string path = disk.Write("a.pth", "old"u8);
        string stale = disk.Write(NameOf(DeadProcess()), [1]);
        disk.Remount("ro");

        Exception error = Assert.ThrowsAny<Exception>(() => Save(path, "new"u8));

        Assert.True(error is IOException or UnauthorizedAccessException, error.ToString());
        Assert.Equal("old"u8, File.ReadAllBytes(path));
        Assert.True(File.Exists(stale));
    }

    [Fact]
    public void A_file_in_shared_memory_is_replaced_and_not_written_over()
    {
        Assert.SkipUnless(Directory.Exists("/dev/shm"), "Linux has /dev/shm.");
        string path = $"/dev/shm/pth-test-{Guid.NewGuid():N}";
        using (FileStream file = File.Create(path))
        {
            file.Write("old"u8);
        }
        try
        {
            using (ByteSink sink = ByteSink.Create(path, 3, Durability.Kernel))
            {
                sink.Write(0, "new"u8);
                Assert.Equal("old"u8, File.ReadAllBytes(path));
            }
            Assert.Equal("old"u8, File.ReadAllBytes(path));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Of_two_that_save_one_target_at_once_each_leaves_a_whole_file()
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "a.pth");
        byte[][] contents = [.. Enumerable.Range(1, 4).Select(i => Enumerable.Repeat((byte)i, 100_000 * i).ToArray())];

        Parallel.For(
            0,
            200,
            new ParallelOptions { MaxDegreeOfParallelism = contents.Length },
            i =>
            {
                byte[] mine = contents[i % contents.Length];
                using ByteSink sink = ByteSink.Create(path, mine.Length, Durability.Kernel);
                sink.Write(0, mine);
                sink.Commit();
                byte[] found = File.ReadAllBytes(path);
                Assert.Contains(contents, content => content.AsSpan().SequenceEqual(found));
            }
        );

        Assert.Equal([path], Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void A_folder_or_a_missing_folder_is_refused_by_its_own_name()
    {
        using var folder = new TemporaryFolder();
        string inside = Path.Combine(folder.Path, "missing", "a.pth");
        Assert.Throws<UnauthorizedAccessException>(() => ByteSink.Create(folder.Path, 3, Durability.Synced));
        DirectoryNotFoundException error = Assert.Throws<DirectoryNotFoundException>(() =>
            ByteSink.Create(inside, 3, Durability.Synced)
        );
        Assert.Contains(inside, error.Message, StringComparison.Ordinal);
    }

    /// <summary>The number of a process that has been and is not any more.</summary>
    private static int DeadProcess()
    {
        using Process process = Process.Start(OperatingSystem.IsWindows() ? "whoami" : "true");
        process.WaitForExit();
        return process.Id;
    }

    /// <summary>The name that a process gives its file.</summary>
    private static string NameOf(int process)
    {
        string[] parts = TemporaryFiles.NewName().Split('-');
        return $"{parts[0]}-{parts[1]}-{process}-{parts[3]}";
    }

    private static void Save(string path, ReadOnlySpan<byte> bytes)
    {
        using ByteSink sink = ByteSink.Create(path, bytes.Length, Durability.Synced);
        sink.Write(0, bytes);
        sink.Commit();
    }
}
