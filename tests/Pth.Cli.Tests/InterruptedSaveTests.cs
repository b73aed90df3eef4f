using System.Diagnostics;

namespace Pth.Cli.Tests;

/// <summary>A program that is killed while it saves leaves the whole old file or the whole new one, whenever it is killed.</summary>
public sealed class InterruptedSaveTests
{
    private const int TensorCount = 4;
    private const int TensorLength = 12_500_000;

    /// <summary>A file in memory, where there is such a folder: it is written 300 times.</summary>
    private const string MemoryFolder = "/dev/shm";

    /// <summary>How many programs are killed at once: what takes the time is their start.</summary>
    private const int Lanes = 2;

    private const string Prefix = "killed.";

    /// <summary>The native program starts in milliseconds, so that what takes the time are the saves.</summary>
    [Fact]
    [Trait("Category", "Live")]
    public void Three_hundred_kills_leave_the_whole_old_file_or_the_whole_new_one() =>
        KillMany(300, FindNativeProgram());

    [Fact]
    public void Two_programs_that_save_one_target_at_once_leave_the_file_of_one()
    {
        using var folder = new TemporaryFolder();
        string first = folder.Save("first.pth", ("w", TensorView.FromArray(new float[100_000])));
        string second = folder.Save("second.pth", ("w", TensorView.FromArray(new double[200_000])));
        string target = folder["target.pth"];
        string[] arguments = ["-o", target, "--add-prefix", Prefix];
        Assert.Equal(0, Cli.Run(["rename", first, .. arguments]).ExitCode);
        byte[] one = File.ReadAllBytes(target);
        Assert.Equal(0, Cli.Run(["rename", second, .. arguments]).ExitCode);
        byte[] other = File.ReadAllBytes(target);

        for (int i = 0; i < 5; i++)
        {
            using Process a = Start("rename", first, "-o", target, "--add-prefix", Prefix);
            using Process b = Start("rename", second, "-o", target, "--add-prefix", Prefix);
            a.WaitForExit();
            b.WaitForExit();

            Assert.Equal((0, 0), (a.ExitCode, b.ExitCode));
            byte[] found = File.ReadAllBytes(target);
            Assert.True(found.AsSpan().SequenceEqual(one) || found.AsSpan().SequenceEqual(other));
            Assert.Equal(["first.pth", "second.pth", "target.pth"], folder.Files);
        }
    }

    private static void KillMany(int wanted, string program)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "It is SIGKILL that ends these.");
        int kills = 0;
        int replaced = 0;
        int interrupted = 0;
        Parallel.For(
            0,
            Lanes,
            new ParallelOptions { MaxDegreeOfParallelism = Lanes },
            lane =>
            {
                using var folder = new MemoryOrTemporaryFolder();
                string file = Make(folder.Path);
                TimeSpan oneSave = Save(program, folder.Path, file, isPrefixed: false);
                bool isPrefixed = true;
                var random = new Random(lane);
                while (Interlocked.Increment(ref kills) <= wanted)
                {
                    DateTime before = File.GetLastWriteTimeUtc(file);
                    Kill(program, folder.Path, file, isPrefixed, random.NextDouble() * 1.2 * oneSave);
                    // The one of the save before is gone.
                    int left = Stale(folder.Path).Length;
                    Assert.InRange(left, 0, 1);
                    Interlocked.Add(ref interrupted, left);
                    // A file that was not replaced is not touched either; one that was is read to its last byte.
                    if (File.GetLastWriteTimeUtc(file) != before)
                    {
                        Interlocked.Increment(ref replaced);
                        isPrefixed = !isPrefixed;
                        AssertWhole(file, isPrefixed);
                    }
                }
                _ = Save(program, folder.Path, file, isPrefixed);
                AssertWhole(file, !isPrefixed);
                Assert.Equal([file], Directory.GetFileSystemEntries(folder.Path));
            }
        );
        // Saves were met in the middle, or the moments were not random. Whether some got to their end is up to the machine.
        Assert.InRange(interrupted, 1, wanted);
        Assert.InRange(replaced, 0, wanted - interrupted);
    }

    /// <summary>Where the launcher has built it; it is built where that has not been done.</summary>
    private static string FindNativeProgram()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The launcher is a shell script.");
        using Process launcher = StartProgram([Path.Combine(Repository.Root, "pth"), "--version"]);
        _ = launcher.StandardOutput.ReadToEnd();
        launcher.WaitForExit();
        Assert.Equal(0, launcher.ExitCode);
        string home = Path.Combine(Repository.Root, "artifacts", "pth");
        string program = Path.Combine(home, File.ReadLines(Path.Combine(home, "stamp")).First());
        Assert.SkipWhen(
            program.EndsWith(".dll", StringComparison.Ordinal),
            "No C compiler: the program is not native."
        );
        return program;
    }

    /// <summary>Saves in place, without a kill.</summary>
    /// <returns>How long it took from the moment when its temporary file was there.</returns>
    private static TimeSpan Save(string program, string folder, string file, bool isPrefixed)
    {
        using Process process = StartSave(program, folder, file, isPrefixed);
        long start = Stopwatch.GetTimestamp();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return Stopwatch.GetElapsedTime(start);
    }

    private static void Kill(string program, string folder, string file, bool isPrefixed, TimeSpan after)
    {
        using Process process = StartSave(program, folder, file, isPrefixed);
        long start = Stopwatch.GetTimestamp();
        // A sleep takes a millisecond more than it is told, which is a part of a save.
        while (Stopwatch.GetElapsedTime(start) < after)
        {
            Thread.Sleep(0);
        }
        process.Kill();
        process.WaitForExit();
    }

    /// <summary>Starts a save in place, and waits until it begins to write.</summary>
    private static Process StartSave(string program, string folder, string file, bool isPrefixed)
    {
        string[] old = Stale(folder);
        Process process = StartProgram([
            program,
            "rename",
            file,
            "--in-place",
            isPrefixed ? "--strip-prefix" : "--add-prefix",
            Prefix,
        ]);
        while (
            !process.HasExited && Array.TrueForAll(Stale(folder), path => old.Contains(path, StringComparer.Ordinal))
        )
        {
            Thread.Sleep(0);
        }
        return process;
    }

    private static Process Start(params string[] arguments) =>
        StartProgram(["dotnet", typeof(App).Assembly.Location, .. arguments]);

    private static Process StartProgram(string[] command) =>
        Process.Start(
            new ProcessStartInfo(command[0], command[1..])
            {
                UseShellExecute = false,
                RedirectStandardError = true,
                RedirectStandardOutput = true,
            }
        )!;

    private static string[] Stale(string folder) => Directory.GetFiles(folder, ".pth-*.tmp");

    private static string Make(string folder)
    {
        var state = new StateDict();
        for (int i = 0; i < TensorCount; i++)
        {
            state.Add($"{i}.weight", TensorView.FromArray(new float[TensorLength]));
        }
        string file = Path.Combine(folder, "model.pth");
        Checkpoint.Save(file, state, new WriteOptions { Durability = Durability.Kernel });
        return file;
    }

    private static void AssertWhole(string file, bool isPrefixed)
    {
        using Checkpoint checkpoint = Checkpoint.Open(file);
        string prefix = isPrefixed ? Prefix : "";
        Assert.Equal(Enumerable.Range(0, TensorCount).Select(i => $"{prefix}{i}.weight"), checkpoint.StateDict.Keys);
        ChecksumReport report = checkpoint.VerifyChecksums(cancellationToken: TestContext.Current.CancellationToken);
        Assert.Empty(report.Failures);
        Assert.Equal(checkpoint.Container.RecordCount, report.Verified);
    }

    private sealed class MemoryOrTemporaryFolder : IDisposable
    {
        public MemoryOrTemporaryFolder() =>
            Path = HasRoom()
                ? Directory.CreateDirectory(System.IO.Path.Combine(MemoryFolder, $"pth-{Guid.NewGuid():N}")).FullName
                : Directory.CreateTempSubdirectory("pth-").FullName;

        public string Path { get; }

        public void Dispose() => Directory.Delete(Path, recursive: true);

        // Old, new and stale, for each lane.
        private static bool HasRoom() =>
            Directory.Exists(MemoryFolder)
            && new DriveInfo(MemoryFolder).AvailableFreeSpace > 4L * Lanes * TensorCount * TensorLength * sizeof(float);
    }
}
