using Pth.Tests;
using Pth.Tests.Oracles;
using Pth.Torch;
using static TorchSharp.torch;

namespace Pth.Distributed.Tests.Checkpoints;

public sealed class WrappedCheckpointTests(TorchOracles oracles) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void The_file_has_the_plain_names_unless_asked_otherwise_and_loads_into_either()
    {
        string plain = Path.Combine(_folder.Path, "plain.pth");
        string prefixed = Path.Combine(_folder.Path, "prefixed.pth");
        ProcessGroup.Threads(
            2,
            group =>
            {
                using nn.Module<Tensor, Tensor> net = Net(group.Rank);
                using var ddp = new DistributedDataParallel(net, group);
                ddp.SaveCheckpoint(plain);
                ddp.SaveCheckpoint(prefixed, new() { KeepsModulePrefix = true });

                string[] expected = [.. net.ToStateDict().Keys];
                using (Checkpoint checkpoint = Checkpoint.Open(plain))
                {
                    Assert.Equal(expected, checkpoint.StateDict.Keys);
                    Assert.Equal(
                        ["", "0", "1"],
                        checkpoint.StateDict.Metadata!.Keys.Select(key => ((PyString)key).Value)
                    );
                }
                using (Checkpoint checkpoint = Checkpoint.Open(prefixed))
                {
                    Assert.Equal(expected.Select(name => $"module.{name}"), checkpoint.StateDict.Keys);
                    Assert.Equal(
                        ["", "module", "module.0", "module.1"],
                        checkpoint.StateDict.Metadata!.Keys.Select(key => ((PyString)key).Value)
                    );
                }

                foreach (string path in (string[])[plain, prefixed])
                {
                    using nn.Module<Tensor, Tensor> other = Net(7);
                    other.LoadCheckpoint(path, new() { Unwrap = true });
                    AssertEqual(net, other);
                    using nn.Module<Tensor, Tensor> third = Net(8 + group.Rank);
                    using var wrapped = new DistributedDataParallel(third, group);
                    wrapped.LoadCheckpoint(path);
                    AssertEqual(net, third);
                    using nn.Module<Tensor, Tensor> fourth = Net(9);
                    using var parallel = new DataParallel(fourth, [CPU, CPU]);
                    parallel.LoadCheckpoint(path);
                    AssertEqual(net, fourth);
                }
                // Files go with the folder when all ranks have read them.
                group.Barrier();
            }
        );
    }

    [Theory]
    [Trait("Category", "Live")]
    [MemberData(nameof(TorchOracles.Versions), MemberType = typeof(TorchOracles))]
    public void Wrapped_state_dicts_are_written_as_PyTorch_writes_them_to_the_byte(string version)
    {
        TorchOracle torch = oracles.Get(version);
        using SharedFolder shared = torch.CreateFolder();
        torch.Run(
            """
            net = torch.nn.DataParallel(torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.BatchNorm1d(4)))
            torch.save(net.state_dict(), args[0])
            """,
            shared.ForPython("model.pth")
        );
        using nn.Module<Tensor, Tensor> net = Net(1);
        using var parallel = new DataParallel(net, [CPU, CPU]);
        parallel.LoadCheckpoint(shared["model.pth"]);
        using Checkpoint original = Checkpoint.Open(shared["model.pth"]);
        string path = Path.Combine(_folder.Path, "model.pth");

        parallel.SaveCheckpoint(
            path,
            new()
            {
                KeepsModulePrefix = true,
                Write = new() { Profile = original.Container.Profile },
            }
        );
        Assert.Equal(File.ReadAllBytes(shared["model.pth"]), File.ReadAllBytes(path));

        parallel.SaveCheckpoint(shared["plain.pth"]);
        string answer = torch.Run(
            """
            plain = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.BatchNorm1d(4))
            print(plain.load_state_dict(torch.load(args[0]), strict=True))
            """,
            shared.ForPython("plain.pth")
        );
        Assert.Contains("All keys matched", answer, StringComparison.Ordinal);
    }

    [Fact]
    public void When_rank_0_fails_all_ranks_have_its_error_and_go_on()
    {
        string missing = Path.Combine(_folder.Path, "none", "model.pth");
        ProcessGroup.Threads(
            3,
            group =>
            {
                using nn.Module<Tensor, Tensor> net = Net(1);
                using var ddp = new DistributedDataParallel(net, group);
                RankZeroException at = Assert.Throws<RankZeroException>(() => ddp.SaveCheckpoint(missing));
                Assert.StartsWith("rank 0: Could not find a part of the path", at.Message, StringComparison.Ordinal);
                Assert.Equal(group.Rank == 0, at.InnerException is DirectoryNotFoundException);

                // Behind the training it comes out of the next call.
                _ = ddp.SaveCheckpointAsync(missing);
                RankZeroException later = Assert.Throws<RankZeroException>(ddp.CompleteCheckpoint);
                Assert.Equal(at.Message[..40], later.Message[..40]);
                ddp.CompleteCheckpoint();
                Assert.Equal(3, group.AllGatherUneven<byte>([1]).Length);
            }
        );
    }

    [Fact]
    public void What_is_saved_behind_the_training_is_the_state_of_the_call()
    {
        string path = Path.Combine(_folder.Path, "model.pth");
        ProcessGroup.Threads(
            2,
            group =>
            {
                using var net = nn.Linear(1000, 1000);
                using var ddp = new DistributedDataParallel(net, group);
                using IDisposable frozen = no_grad();
                net.weight!.fill_(1);
                net.bias!.fill_(1);
                _ = ddp.SaveCheckpointAsync(path);
                net.weight!.fill_(2);
                net.bias!.fill_(2);
                ddp.CompleteCheckpoint();
                Assert.Equal(1, CheckpointConcurrencyTests.ValueIn(path));
                group.Barrier();
            }
        );
    }

    [Theory]
    [InlineData(2, 3)]
    [InlineData(3, 2)]
    [InlineData(4, 1)]
    public void An_epoch_goes_on_with_another_number_of_ranks(int before, int after)
    {
        const int Length = 97;
        const int Steps = 5;
        const int Batch = 4;
        var given = new List<long>();
        PyDict? state = null;
        for (int rank = 0; rank < before; rank++)
        {
            var sampler = new DistributedSampler(Length, before, rank, seed: 3);
            sampler.SetEpoch(2);
            given.AddRange(sampler.Take(Steps * Batch));
            state = sampler.ToStateDict(Steps * Batch * before);
        }
        for (int rank = 0; rank < after; rank++)
        {
            var sampler = new DistributedSampler(Length, after, rank, seed: 3, dropLast: true);
            sampler.LoadStateDict(state!);
            Assert.Equal(2, sampler.Epoch);
            long[] rest = [.. sampler];
            Assert.Equal(sampler.Count, rest.Length);
            given.AddRange(rest);
        }

        Assert.Equal(given.Count, given.Distinct().Count());
        Assert.InRange(given.Count, Length - after + 1, Length);
        Assert.Throws<ArgumentException>(() => new DistributedSampler(Length, 1, 0, seed: 4).LoadStateDict(state!));
        Assert.Throws<ArgumentException>(() => new DistributedSampler(Length + 1, 1, 0, seed: 3).LoadStateDict(state!));
    }

    public void Dispose() => _folder.Dispose();

    private static nn.Module<Tensor, Tensor> Net(long seed)
    {
        manual_seed(seed);
        return nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4));
    }

    private static void AssertEqual(nn.Module expected, nn.Module found)
    {
        foreach (((string name, Tensor at), (_, Tensor value)) in expected.state_dict().Zip(found.state_dict()))
        {
            Assert.True(at.Equals(value), name);
        }
    }
}
