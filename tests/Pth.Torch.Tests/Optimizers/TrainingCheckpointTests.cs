using Pth.Tests;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pth.Torch.Tests.Optimizers;

public sealed class TrainingCheckpointTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Training _saved = new(hidden: 5, rate: 0.25);

    public TrainingCheckpointTests()
    {
        _saved.Step();
        TrainingCheckpoint.Save(File, 7, _saved.Net, _saved.Optimizer, _saved.Scheduler);
    }

    private string File => Path.Combine(_folder.Path, "training.pt");

    public void Dispose()
    {
        _saved.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void All_parts_come_back()
    {
        using var training = new Training(hidden: 5, rate: 0.5);

        ResumedTraining resumed = TrainingCheckpoint.Load(File, training.Net, training.Optimizer, training.Scheduler);

        Assert.Equal(7, resumed.Epoch);
        Assert.Equal(_saved.All(), training.All());
    }

    [Fact]
    public void A_module_that_does_not_fit_leaves_optimizer_and_scheduler_as_they_were()
    {
        using var training = new Training(hidden: 5, rate: 0.5);
        training.Step();
        string before = training.All();
        using var other = nn.Linear(4, 5);

        Assert.Throws<LoadStateDictException>(() =>
            TrainingCheckpoint.Load(File, other, training.Optimizer, training.Scheduler)
        );

        Assert.Equal(before, training.All());
    }

    [Fact]
    public void A_scheduler_that_does_not_fit_leaves_module_and_optimizer_as_they_were()
    {
        using var training = new Training(hidden: 5, rate: 0.5);
        training.Step();
        var other = optim.lr_scheduler.ExponentialLR(training.Optimizer, 0.5);
        string before = training.All();

        Assert.ThrowsAny<Exception>(() => TrainingCheckpoint.Load(File, training.Net, training.Optimizer, other));

        Assert.Equal(before, training.All());
    }

    [Fact]
    public void An_optimizer_that_does_not_fit_leaves_module_and_scheduler_as_they_were()
    {
        using var training = new Training(hidden: 5, rate: 0.5);
        using var other = optim.SGD(training.Net.parameters(), 0.125);
        string before = training.All();

        Assert.ThrowsAny<Exception>(() => TrainingCheckpoint.Load(File, training.Net, other, training.Scheduler));

        Assert.Equal(before, training.All());
    }

    [Fact]
    public void A_damaged_module_leaves_all_as_it_was()
    {
        using var training = new Training(hidden: 5, rate: 0.5);
        training.Step();
        string before = training.All();
        Damage(_saved.Net.parameters().First());

        var error = Assert.Throws<CheckpointException>(() =>
            TrainingCheckpoint.Load(File, training.Net, training.Optimizer, training.Scheduler)
        );

        Assert.Equal(CheckpointErrorKind.ChecksumMismatch, error.Kind);
        Assert.Equal(before, training.All());
    }

    // Another bit in the file, in what it has of the parameter.
    private void Damage(Parameter parameter)
    {
        byte[] bytes = System.IO.File.ReadAllBytes(File);
        byte[] wanted = parameter.bytes.ToArray();
        int at = bytes.AsSpan().IndexOf(wanted);
        Assert.True(at > 0);
        bytes[at] ^= 1;
        _folder.Write("training.pt", bytes);
    }

    private sealed class Training : IDisposable
    {
        public Training(int hidden, double rate)
        {
            Net = nn.Sequential(nn.Linear(4, hidden), nn.ReLU(), nn.Linear(hidden, 3));
            Optimizer = optim.AdamW(Net.parameters(), rate);
            Scheduler = optim.lr_scheduler.StepLR(Optimizer, step_size: 1, gamma: rate);
        }

        public Sequential Net { get; }

        public optim.Optimizer Optimizer { get; }

        public optim.lr_scheduler.LRScheduler Scheduler { get; }

        public void Step()
        {
            using var scope = NewDisposeScope();
            Optimizer.zero_grad();
            Net.call(ones(2, 4)).sum().backward();
            Optimizer.step();
            Scheduler.step();
        }

        /// <summary>All numbers of the three.</summary>
        public string All()
        {
            using var stream = new MemoryStream();
            Checkpoint.Save(
                stream,
                new PyDict
                {
                    ["net"] = Net.ToStateDict().ToPython(),
                    ["optimizer"] = Optimizer.ToStateDict(),
                    ["scheduler"] = Scheduler.ToStateDict(),
                }
            );
            return Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(stream.ToArray()));
        }

        public void Dispose()
        {
            Optimizer.Dispose();
            Net.Dispose();
        }
    }
}
