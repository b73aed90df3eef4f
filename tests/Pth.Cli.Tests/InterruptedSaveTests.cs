using System.Diagnostics;

namespace Pth.Cli.Tests;

/// <summary>A program that is killed while it saves leaves the whole old file or the whole new one, whenever it is killed.</summary>
public sealed class InterruptedSaveTests
{
    private const int Kills = 300;
    private const int TensorCount = 4;
    private const int TensorLength = 12_500_000;

    /// <summary>A file in memory, where there is such a folder: it is written 300 times.</summary>
    private const string MemoryFolder = "/dev/shm";

    /// <summary>How many programs are killed at once: what takes the time is their start.</summary>
    private const int Lanes = 2;

    private const string Prefix = "killed.";

    [Fact]
    public void Three_hundred_kills_leave_the_whole_old_file_or_the_whole_new_one()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "It is SIGKILL that ends these.");
        int kills = 0;
        int replaced = 0;
        Parallel.For(
            0,
            Lanes,
            new ParallelOptions { MaxDegreeOfParallelism = Lanes },
            lane =>
            {
                using var folder = new MemoryOrTemporaryFolder();
                string file = Make(folder.Path);
                bool isPrefixed = false;
                var random = new Random(lane);
                while (Interlocked.Increment(ref kills) <= Kills)
                {
                    DateTime before = File.GetLastWriteTimeUtc(file);
                    Kill(folder.Path, file, isPrefixed, random);
                    Assert.InRange(Stale(folder.Path).Length, 0, 1);
                    // A file that was not replaced is not touched either; one that was is read to its last byte.
                    if (File.GetLastWriteTimeUtc(file) != before)
                    {
                        isPrefixed = !isPrefixed;
                        Interlocked.Increment(ref replaced);
                        AssertWhole(file, isPrefixed);
                    }
                }
                AssertWhole(file, isPrefixed);
                using Process last = Start(file, isPrefixed);
                last.WaitForExit();
                Assert.Equal(0, last.ExitCode);
                AssertWhole(file, !isPrefixed);
                Assert.Empty(Stale(folder.Path));
                Assert.Equal([file], Directory.GetFileSystemEntries(folder.Path));
            }
        );
        // Both must have been met, or the moments were not random.
        Assert.InRange(replaced, 1, Kills - 1);
    }

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

    /// <summary>Starts a save in place and ends it: before its file is there, while it is written, or when it is renamed.</summary>
    private static void Kill(string folder, string file, bool isPrefixed, Random random)
    {
        string[] old = Stale(folder);
        using Process process = Start(file, isPrefixed);
        // One in ten dies before it begins to write.
        if (random.Next(10) > 0)
        {
            while (
                !process.HasExited
                && Array.TrueForAll(Stale(folder), path => old.Contains(path, StringComparer.Ordinal))
            )
            {
                Thread.Sleep(1);
            }
        }
        Spin(TimeSpan.FromMilliseconds(random.NextDouble() * random.Next(1, 120)));
        process.Kill();
        process.WaitForExit();
    }

    private static void Spin(TimeSpan time)
    {
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < time)
        {
            Thread.Sleep(0);
        }
    }

    private static Process Start(string file, bool isPrefixed) =>
        Start("rename", file, "--in-place", isPrefixed ? "--strip-prefix" : "--add-prefix", Prefix);

    private static Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(App).Assembly.Location, .. arguments])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            Environment = { ["DOTNET_TieredPGO"] = "0" },
        };
        return Process.Start(start)!;
    }

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
