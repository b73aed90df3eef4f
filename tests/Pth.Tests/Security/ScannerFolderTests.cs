using System.Diagnostics;
using System.Net.Sockets;
using static Pth.Tests.Security.Opcodes;

namespace Pth.Tests.Security;

/// <summary>What stands in folders beside files.</summary>
public sealed class ScannerFolderTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pth-scan-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Files_come_in_the_order_of_their_paths_however_many_cores_there_are()
    {
        for (int i = 0; i < 300; i++)
        {
            Write($"{i * 7 % 300:D3}", i % 10 == 0 ? Calling("os", "system") : Join("N."));
        }
        var progress = new Collected();

        ScanReport report = Scanner.Scan(_folder.FullName, progress: progress);

        Assert.Equal(
            Enumerable.Range(0, 300).Select(i => $"{i:D3}"),
            report.Files.Select(file => Path.GetFileName(file.Path))
        );
        Assert.Equal(30, report.Files.Count(file => file.Level == ScanLevel.Dangerous));
        Assert.Equal(Enumerable.Range(1, 300), progress.Counts);
    }

    [Fact]
    public void Pipes_sockets_and_devices_are_passed_by()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "mkfifo and /dev/zero are used.");
        using Process mkfifo = Process.Start("mkfifo", Place("a.pipe"));
        mkfifo.WaitForExit();
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(Place("b.socket")));
        File.CreateSymbolicLink(Place("c.device"), "/dev/zero");
        Write("d.pkl", Calling("os", "system"));

        ScanReport report = Scanner.Scan(_folder.FullName);

        Assert.Equal(["pipe", "socket", "device", "pickle"], report.Files.Select(file => file.Content));
        Assert.Equal([true, true, true, false], report.Files.Select(file => file.IsSkipped));
        Assert.False(report.HasErrors);
        Assert.Equal(ScanLevel.Dangerous, report.Level);
    }

    [Fact]
    public void Links_in_circles_and_links_to_nothing_end()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need rights there.");
        Write("file.pkl", Calling("os", "system"));
        File.CreateSymbolicLink(Place("link"), Place("file.pkl"));
        Directory.CreateSymbolicLink(Place("up"), _folder.FullName);
        File.CreateSymbolicLink(Place("self"), Place("self"));
        File.CreateSymbolicLink(Place("nothing"), Place("gone"));

        ScanReport report = Scanner.Scan(_folder.FullName);

        Assert.Equal(
            ["file.pkl: pickle", "link: pickle", "nothing: link", "self: link"],
            report.Files.Select(file => $"{Path.GetFileName(file.Path)}: {file.Content}")
        );
        Assert.False(report.HasErrors);
    }

    [Fact]
    public void What_cannot_be_read_is_an_error_and_the_rest_is_looked_at()
    {
        Assert.SkipUnless(
            OperatingSystem.IsLinux(),
            "A name that is no UTF-8 is used: it can be listed and not opened."
        );
        Shell("printf N. > \"$0\"/$(printf 'bad\\377')");
        Write("good.pkl", Calling("os", "system"));

        ScanReport report = Scanner.Scan(_folder.FullName);

        Shell("rm \"$0\"/bad*");

        Assert.Equal(2, report.Files.Count);
        Assert.NotNull(Assert.Single(report.Files, file => file.Content == "unreadable").Error);
        Assert.True(report.HasErrors);
        Assert.Equal(ScanLevel.Dangerous, report.Level);
    }

    [Fact]
    public void Folders_nest_deeper_than_a_path_may_be_long()
    {
        string deep = _folder.FullName;
        for (int i = 0; i < 200; i++)
        {
            deep = Path.Combine(deep, "folder");
            Directory.CreateDirectory(deep);
        }
        Write(Path.Combine(deep, "file"), Calling("os", "system"));

        Assert.Equal(ScanLevel.Dangerous, Scanner.Scan(_folder.FullName).Level);
    }

    private void Shell(string script)
    {
        using Process shell = Process.Start("sh", ["-c", script, _folder.FullName]);
        shell.WaitForExit();
    }

    private string Place(string name) => Path.Combine(_folder.FullName, name);

    private void Write(string name, byte[] bytes)
    {
        using FileStream file = File.Create(Place(name));
        file.Write(bytes);
    }

    private sealed class Collected : IProgress<ScanProgress>
    {
        public List<int> Counts { get; } = [];

        public void Report(ScanProgress value) => Counts.Add(value.Files);
    }
}
