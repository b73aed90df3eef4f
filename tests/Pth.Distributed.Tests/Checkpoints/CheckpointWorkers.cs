using static TorchSharp.torch;

namespace Pth.Distributed.Tests.Checkpoints;

/// <summary>What the processes of jobs do that save checkpoints.</summary>
internal static class CheckpointWorkers
{
    /// <summary>How often <see cref="SaveTogether"/> saves.</summary>
    public const int Saves = 100;

    /// <summary>All ranks call save, again and again; each time all weights have one new value.</summary>
    public static void SaveTogether(string path)
    {
        using ProcessGroup group = ProcessGroup.Join(new() { Timeout = TimeSpan.FromSeconds(60) });
        using var net = nn.Linear(300, 300);
        using var ddp = new DistributedDataParallel(net, group);
        using IDisposable frozen = no_grad();
        for (int save = 1; save <= Saves; save++)
        {
            foreach (TorchSharp.Modules.Parameter parameter in net.parameters())
            {
                parameter.fill_(save);
            }
            ddp.SaveCheckpoint(path, new() { Write = new() { Durability = Durability.Kernel } });
            // Whoever returns finds at least this one there.
            float there = CheckpointConcurrencyTests.ValueIn(path);
            if (there < save)
            {
                throw new InvalidOperationException($"found {there} after save {save}");
            }
        }
        Console.WriteLine($"rank {group.Rank} done");
    }

    /// <summary>Saves until it is killed.</summary>
    public static void SaveForever(string folder)
    {
        using var manager = new CheckpointManager(folder, new() { KeepLast = 2, KeepBest = 1 });
        var values = new float[200_000];
        for (long step = (manager.Latest?.Step ?? 0) + 1; ; step++)
        {
            values.AsSpan().Fill(step);
            manager.Save(
                step,
                () => new PyDict { ["w"] = new PyTensor(TensorView.FromMemory<float>(values, [values.Length])) },
                metric: step % 7
            );
            if (step % 2 == 0)
            {
                Console.WriteLine(step);
            }
        }
    }
}
