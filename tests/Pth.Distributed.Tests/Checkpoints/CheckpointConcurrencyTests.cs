using System.Diagnostics;
using Pth.Tests;

namespace Pth.Distributed.Tests.Checkpoints;

/// <summary>Several processes at one file, and processes that are killed.</summary>
[Trait("Category", "Live")]
public sealed class CheckpointConcurrencyTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [MemberData(nameof(MpiJob.Libraries), MemberType = typeof(MpiJob))]
    public async Task Four_processes_save_at_once_and_a_reader_never_sees_half_a_file_nor_two_writers(string library)
    {
        string path = Path.Combine(_folder.Path, "model.pth");
        using MpiJob job = MpiJob.Start(library, 4, "checkpoints", "save-together", path);
        using var ended = new CancellationTokenSource();
        int most = 0;
        var seen = new SortedSet<float>();
        Task reader = Task.Run(() =>
        {
            while (!ended.IsCancellationRequested)
            {
                most = Math.Max(most, FilesBeingWritten());
                if (File.Exists(path))
                {
                    seen.Add(ValueIn(path));
                }
            }
        });
        (int code, string output) = job.Wait(seconds: 120);
        await ended.CancelAsync();
        await reader;

        Assert.True(code == 0, output);
        Assert.Equal(CheckpointWorkers.Saves, ValueIn(path));
        Assert.InRange(most, 0, 1);
        // A reader that met one file only would prove nothing.
        Assert.InRange(seen.Count, 3, CheckpointWorkers.Saves);
        Assert.Equal([path], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void Killed_at_any_moment_a_training_goes_on_from_a_whole_checkpoint()
    {
        var random = new Random(1);
        long before = 0;
        for (int kill = 0; kill < 12; kill++)
        {
            var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "Pth.Distributed.Tests"))
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                ArgumentList = { "worker", "checkpoints", "save-forever", _folder.Path },
            };
            using Process process = Process.Start(start)!;
            // It is at work, and then somewhere in a save.
            Assert.NotNull(process.StandardOutput.ReadLine());
            Thread.Sleep(random.Next(60));
            process.Kill();
            process.WaitForExit();

            using var manager = new CheckpointManager(_folder.Path, new() { KeepLast = 2, KeepBest = 1 });
            Assert.True(
                manager.Latest!.Step > before,
                $"kill {kill}: found {manager.Latest.Step}, expected more than {before}"
            );
            before = manager.Latest.Step;
            foreach (KeptCheckpoint kept in manager.Checkpoints)
            {
                Assert.Equal(kept.Step, ValueIn(kept.Path));
            }
            // The metrics go from 0 to 6 and round.
            Assert.Equal(Math.Min(before, 6), manager.Best!.Metric);
            Assert.Equal(
                Path.GetFileName(manager.Latest.Path) + "\n",
                File.ReadAllText(Path.Combine(_folder.Path, "latest"))
            );
        }
    }

    /// <summary>The one value that all elements of a file have, whose checksums are right.</summary>
    public static float ValueIn(string path)
    {
        using Checkpoint checkpoint = Checkpoint.Open(path);
        float? value = null;
        foreach (NamedTensor named in checkpoint.Tensors)
        {
            if (!named.Tensor.Storage.Verify())
            {
                throw new InvalidDataException($"{named.Name} has no checksum");
            }
            ReadOnlySpan<float> elements = named.Tensor.AsSpan<float>();
            value ??= elements[0];
            if (elements.ContainsAnyExcept(value.Value))
            {
                throw new InvalidDataException($"{named.Name} has other values than {value}");
            }
        }
        return value ?? throw new InvalidDataException("no tensors");
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>
    /// How many temporary files were there at one moment. A listing is no moment: while it is read, one file can go and the next can
    /// come. A file that two listings name was there from the first to the second.
    /// </summary>
    private int FilesBeingWritten()
    {
        string[] first = Directory.GetFiles(_folder.Path, ".pth-*.tmp");
        return first.Length < 2
            ? first.Length
            : Directory.GetFiles(_folder.Path, ".pth-*.tmp").Intersect(first, StringComparer.Ordinal).Count();
    }
}
