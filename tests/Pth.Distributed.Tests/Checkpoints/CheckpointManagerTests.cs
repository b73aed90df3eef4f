using Pth.Tests;

namespace Pth.Distributed.Tests.Checkpoints;

public sealed class CheckpointManagerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void The_last_and_the_best_are_kept()
    {
        using var manager = new CheckpointManager(_folder.Path, new() { KeepLast = 2, KeepBest = 1 });
        (long Step, double Metric)[] training = [(10, 0.5), (20, 0.9), (30, 0.7), (40, 0.6), (50, 0.8)];
        foreach ((long step, double metric) in training)
        {
            manager.Save(step, () => Content(step), metric);
        }

        Assert.Equal([20, 40, 50], manager.Checkpoints.Select(checkpoint => checkpoint.Step));
        Assert.Equal(50, manager.Latest?.Step);
        Assert.Equal(20, manager.Best?.Step);
        Assert.Equal(["step-20.pth", "step-40.pth", "step-50.pth"], Files());
        Assert.Equal("step-50.pth\n", File.ReadAllText(Path.Combine(_folder.Path, "latest")));
        Assert.Equal(50, StepIn(manager.Latest!.Path));
    }

    [Fact]
    public void With_a_loss_the_lowest_is_the_best_and_none_is_not_a_number()
    {
        using var manager = new CheckpointManager(
            _folder.Path,
            new()
            {
                KeepLast = 1,
                KeepBest = 1,
                LowerIsBetter = true,
            }
        );
        (long Step, double? Metric)[] training = [(1, 0.5), (2, 0.1), (3, double.NaN), (4, null), (5, 0.4)];
        foreach ((long step, double? metric) in training)
        {
            manager.Save(step, () => Content(step), metric);
        }

        Assert.Equal(2, manager.Best?.Step);
        Assert.Equal(["step-2.pth", "step-5.pth"], Files());
    }

    [Fact]
    public void Another_run_goes_on_where_this_one_ended()
    {
        CheckpointManagerOptions options = new() { KeepLast = 2, KeepBest = 1 };
        using (var first = new CheckpointManager(_folder.Path, options))
        {
            first.Save(100, () => Content(100), 0.9);
            first.Save(200, () => Content(200), 0.1);
        }

        using var second = new CheckpointManager(_folder.Path, options);
        Assert.Equal((200, 0.1), (second.Latest!.Step, second.Latest.Metric));
        // From an older one on: what is saved last counts, whatever its step.
        second.Save(150, () => Content(150), 0.2);
        second.Save(160, () => Content(160), 0.3);

        Assert.Equal(160, second.Latest!.Step);
        Assert.Equal(100, second.Best?.Step);
        Assert.Equal(["step-100.pth", "step-150.pth", "step-160.pth"], Files());
    }

    [Fact]
    public void Files_that_the_index_does_not_know_are_found_and_those_of_others_left_alone()
    {
        Checkpoint.Save(Path.Combine(_folder.Path, "step-9.pth"), Content(9));
        Checkpoint.Save(Path.Combine(_folder.Path, "step-10.pth"), Content(10));
        Checkpoint.Save(Path.Combine(_folder.Path, "step-007.pth"), Content(7));
        Checkpoint.Save(Path.Combine(_folder.Path, "step-last.pth"), Content(8));

        using var manager = new CheckpointManager(_folder.Path, new() { KeepLast = 1 });
        Assert.Equal([9, 10], manager.Checkpoints.Select(checkpoint => checkpoint.Step));
        manager.Save(11, () => Content(11));

        Assert.Equal(["step-007.pth", "step-11.pth", "step-last.pth"], Files());
    }

    [Fact]
    public void A_second_job_is_refused_until_the_first_one_ends()
    {
        using (new CheckpointManager(_folder.Path))
        {
            RankZeroException refused = Assert.Throws<RankZeroException>(() => new CheckpointManager(_folder.Path));
            Assert.Contains("another job", refused.Message, StringComparison.Ordinal);
            Assert.IsType<IOException>(refused.InnerException);
        }
        using var next = new CheckpointManager(_folder.Path);
        Assert.Null(next.Latest);
    }

    [Fact]
    public void In_the_background_all_is_as_it_was_at_the_call()
    {
        var values = new float[1 << 20];
        using var manager = new CheckpointManager(_folder.Path, new() { KeepLast = 2 });
        for (int step = 1; step <= 5; step++)
        {
            values.AsSpan().Fill(step);
            _ = manager.SaveAsync(step, () => new PyDict { ["w"] = new PyTensor(Tensor(values)) });
        }
        values.AsSpan().Clear();
        manager.Complete();

        Assert.Equal([4, 5], manager.Checkpoints.Select(checkpoint => checkpoint.Step));
        foreach (KeptCheckpoint kept in manager.Checkpoints)
        {
            using Checkpoint checkpoint = Checkpoint.Open(kept.Path);
            TensorView saved = Assert.Single(checkpoint.Tensors).Tensor;
            Assert.False(saved.AsSpan<float>().ContainsAnyExcept((float)kept.Step));
        }
    }

    [Fact]
    public void An_error_in_the_background_comes_out_of_the_next_call_and_once()
    {
        string folder = Path.Combine(_folder.Path, "run");
        using var manager = new CheckpointManager(folder);
        manager.Save(1, () => Content(1));
        // A folder where the file should go: announced, copied, and not to be renamed over.
        Directory.CreateDirectory(Path.Combine(folder, "step-2.pth", "full"));

        _ = manager.SaveAsync(2, () => Content(2));
        Assert.Throws<RankZeroException>(manager.Complete);
        manager.Complete();

        Assert.Equal(1, manager.Latest?.Step);
        Assert.Equal("step-1.pth\n", File.ReadAllText(Path.Combine(folder, "latest")));
        manager.Save(3, () => Content(3));
        Assert.Equal(3, manager.Latest?.Step);
    }

    [Fact]
    public void Of_several_ranks_the_first_one_writes_and_all_know()
    {
        var written = new System.Collections.Concurrent.ConcurrentBag<int>();
        ProcessGroup.Threads(
            3,
            group =>
            {
                using var manager = new CheckpointManager(_folder.Path, new() { KeepLast = 1 }, group);
                manager.Save(
                    7,
                    () =>
                    {
                        written.Add(group.Rank);
                        return Content(7);
                    },
                    0.25
                );
                Assert.Equal((7, 0.25), (manager.Latest!.Step, manager.Latest.Metric));
                Assert.Equal(7, StepIn(manager.Latest.Path));
                // On all ranks, with the message of the one that knows.
                RankZeroException failed = Assert.Throws<RankZeroException>(() =>
                    manager.Save(8, () => throw new InvalidOperationException("no weights today"))
                );
                Assert.Equal("rank 0: no weights today", failed.Message);
                Assert.Equal(7, manager.Latest.Step);
                group.Barrier();
            }
        );
        Assert.Equal([0], written);
    }

    public void Dispose() => _folder.Dispose();

    private static PyDict Content(long step) =>
        new() { ["step"] = new PyInt(step), ["w"] = new PyTensor(TensorView.Scalar((float)step)) };

    private static long StepIn(string path)
    {
        using Checkpoint checkpoint = Checkpoint.Open(path);
        return (long)((PyInt)checkpoint.Root["step"]).Value;
    }

    private static TensorView Tensor(float[] values) => TensorView.FromMemory<float>(values, [values.Length]);

    private string[] Files() =>
        [
            .. Directory
                .GetFiles(_folder.Path, "*.pth")
                .Select(path => Path.GetFileName(path))
                .Order(StringComparer.Ordinal),
        ];
}
