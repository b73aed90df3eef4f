using Pth.Tests.Oracles;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pth.Torch.Tests.Optimizers;

/// <summary>A whole training, stopped in the middle and taken up on the other side.</summary>
[Trait("Category", "Live")]
public sealed class LiveTrainingCheckpointTests(TorchOracles oracles)
{
    private const string Training = """
        nn = torch.nn
        def make():
            net = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 3))
            optimizer = torch.optim.AdamW(net.parameters(), lr=0.02, weight_decay=0.1, amsgrad=True)
            return net, optimizer, torch.optim.lr_scheduler.StepLR(optimizer, step_size=2, gamma=0.5)
        x = torch.tensor([[((7 * i + 3 * j) % 11) / 11 - 0.5 for j in range(4)] for i in range(16)])
        y = torch.tensor([i % 3 for i in range(16)])
        def train(net, optimizer, scheduler, epochs):
            for _ in range(epochs):
                optimizer.zero_grad()
                nn.functional.cross_entropy(net(x), y).backward()
                optimizer.step()
                scheduler.step()

        """;

    public static TheoryData<string> Versions => TorchOracles.Versions;

    [Theory]
    [MemberData(nameof(Versions))]
    public void A_training_is_taken_up_from_Python_and_given_back(string version)
    {
        TorchOracle oracle = oracles.Get(version);
        using SharedFolder folder = oracle.CreateFolder();
        oracle.Run(
            Training
                + """
                torch.manual_seed(5)
                net, optimizer, scheduler = make()
                train(net, optimizer, scheduler, 3)
                torch.save({"epoch": 3, "model_state_dict": net.state_dict(), "optimizer_state_dict": optimizer.state_dict(),
                            "scheduler": scheduler.state_dict()}, args[0])
                train(net, optimizer, scheduler, 10)
                torch.save({"model": net.state_dict(), "lr": optimizer.param_groups[0]["lr"]}, args[1])
                """,
            folder.ForPython("begun.pt"),
            folder.ForPython("end.pt")
        );

        // docs/torchsharp.md, "Resuming".
        using var net = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 3));
        using var optimizer = optim.AdamW(net.parameters(), amsgrad: true);
        var scheduler = optim.lr_scheduler.StepLR(optimizer, step_size: 2);
        ResumedTraining resumed = TrainingCheckpoint.Load(folder["begun.pt"], net, optimizer, scheduler);
        Assert.Equal(3, resumed.Epoch);

        Train(net, optimizer, scheduler, 5);
        TrainingCheckpoint.Save(folder["given.pt"], 8, net, optimizer, scheduler);
        oracle.Run(
            Training
                + """
                net, optimizer, scheduler = make()
                c = torch.load(args[0])
                assert c["epoch"] == 8
                net.load_state_dict(c["model_state_dict"])
                optimizer.load_state_dict(c["optimizer_state_dict"])
                scheduler.load_state_dict(c["scheduler_state_dict"])
                train(net, optimizer, scheduler, 5)
                end = torch.load(args[1])
                assert abs(optimizer.param_groups[0]["lr"] - end["lr"]) < 1e-12, (optimizer.param_groups, end["lr"])
                for name, value in net.state_dict().items():
                    assert (value - end["model"][name]).abs().max() < 1e-5, (name, value, end["model"][name])
                """,
            folder.ForPython("given.pt"),
            folder.ForPython("end.pt")
        );

        Train(net, optimizer, scheduler, 5);
        using var end = Checkpoint.Load(folder["end.pt"]);
        StateDict here = net.ToStateDict();
        foreach ((string name, TensorView expected) in end.StateDict)
        {
            foreach ((float a, float b) in expected.ToArray<float>().Zip(here[name].ToArray<float>()))
            {
                Assert.Equal(a, b, 1e-5);
            }
        }
        Assert.Equal(((PyFloat)end.Root["lr"]).Value, optimizer.ParamGroups.Single().LearningRate, 1e-12);
    }

    private static void Train(
        Sequential net,
        optim.Optimizer optimizer,
        optim.lr_scheduler.LRScheduler scheduler,
        int epochs
    )
    {
        using var scope = NewDisposeScope();
        var rows = new float[16, 4];
        for (int i = 0; i < rows.Length; i++)
        {
            rows[i / 4, i % 4] = ((7 * (i / 4)) + (3 * (i % 4))) % 11 / 11f - 0.5f;
        }
        Tensor x = tensor(rows);
        Tensor y = arange(16, dtype: int64).remainder(3);
        for (int epoch = 0; epoch < epochs; epoch++)
        {
            optimizer.zero_grad();
            nn.functional.cross_entropy(net.call(x), y).backward();
            optimizer.step();
            scheduler.step();
        }
    }
}
