using TorchSharp;
using static TorchSharp.torch;

namespace Pth.Distributed.Tests.Groups;

public sealed class ThreadsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Every_operation_gives_what_it_should(int ranks)
    {
        int ran = 0;
        ProcessGroup.Threads(
            ranks,
            group =>
            {
                Assert.Equal(ranks, group.WorldSize);
                CollectiveBattery.Run(group);
                Interlocked.Increment(ref ran);
            }
        );
        Assert.Equal(ranks, ran);
    }

    [Fact]
    public void A_group_of_one_does_all_operations_with_nobody()
    {
        using ProcessGroup group = ProcessGroup.Alone();
        Assert.Equal((0, 1), (group.Rank, group.WorldSize));
        CollectiveBattery.Run(group);
    }

    [Fact]
    public void Sums_are_made_in_the_order_of_the_ranks_and_halves_are_rounded_once()
    {
        ProcessGroup.Threads(
            3,
            group =>
            {
                // (1 + 2^-11) + 2^-11: rounded after each step it would stay 1.
                float[] terms = [1f, 1f / 2048, 1f / 2048];
                Half[] half = [(Half)terms[group.Rank]];
                group.AllReduce<Half>(half);
                Assert.Equal((Half)(1f + (1f / 1024)), half[0]);
                // 1e8 + 1 - 1e8 in this order is 0 in float32, and 1 in another.
                float[] order = [new[] { 1e8f, 1f, -1e8f }[group.Rank]];
                group.AllReduce<float>(order);
                Assert.Equal(0f, order[0]);
            }
        );
    }

    [Fact]
    public void Bfloat16_is_rounded_as_one_number_is()
    {
        float[][] values =
        [
            [.. Values(1)],
            [.. Values(2)],
        ];
        ProcessGroup.Threads(
            2,
            group =>
            {
                BFloat16[] mine = [.. values[group.Rank].Select(BFloat16.FromSingle)];
                group.AllReduce<BFloat16>(mine);
                for (int i = 0; i < mine.Length; i++)
                {
                    float sum =
                        BFloat16.FromSingle(values[0][i]).ToSingle() + BFloat16.FromSingle(values[1][i]).ToSingle();
                    Assert.Equal(BFloat16.FromSingle(sum), mine[i]);
                }
            }
        );

        static IEnumerable<float> Values(int seed)
        {
            Random random = new(seed);
            return Enumerable
                .Range(0, 3001)
                .Select(i =>
                    i % 500 == 3 ? float.NaN : BitConverter.UInt32BitsToSingle((uint)random.NextInt64(1L << 32))
                );
        }
    }

    [Fact]
    public void Works_started_ahead_are_done_in_order()
    {
        ProcessGroup.Threads(
            3,
            group =>
            {
                float[][] buffers = [.. Enumerable.Range(0, 200).Select(i => new float[] { i })];
                Work[] works = [.. buffers.Select(buffer => group.AllReduceAsync<float>(buffer))];
                Work last = group.BarrierAsync();
                last.Wait();
                Assert.All(works, work => Assert.True(work.IsCompleted));
                Assert.Equal(Enumerable.Range(0, 200).Select(i => i * 3f), buffers.Select(buffer => buffer[0]));
            }
        );
    }

    [Fact]
    public void A_work_can_be_awaited()
    {
        ProcessGroup.Threads(2, group => Await(group).GetAwaiter().GetResult());

        static async Task Await(ProcessGroup group)
        {
            using Tensor tensor = ones(4);
            await group.AllReduceAsync(tensor);
            Assert.Equal(8, tensor.sum().item<float>());
        }
    }

    [Fact]
    public void A_rank_that_throws_ends_the_others_with_its_message()
    {
        ProcessGroupException?[] heard = new ProcessGroupException?[3];
        ProcessGroupException error = Assert.Throws<ProcessGroupException>(() =>
            ProcessGroup.Threads(
                3,
                group =>
                {
                    group.Barrier();
                    if (group.Rank == 1)
                    {
                        throw new InvalidDataException("no such file");
                    }
                    heard[group.Rank] = Assert.Throws<ProcessGroupException>(() =>
                        group.AllReduce<float>(new float[8])
                    );
                }
            )
        );
        Assert.Equal("rank 1 of 3: InvalidDataException: no such file", error.Message);
        Assert.IsType<InvalidDataException>(error.InnerException);
        Assert.Equal(1, error.Rank);
        Assert.Equal(
            "rank 2 of 3: AllReduce (Sum of 8 float32): rank 1 failed: InvalidDataException: no such file",
            heard[2]?.Message
        );
        Assert.Equal(ProcessGroupErrorKind.RankFailed, heard[0]?.Kind);
    }

    [Fact]
    public void A_rank_that_ends_early_is_missed()
    {
        ProcessGroupException error = Assert.Throws<ProcessGroupException>(() =>
            ProcessGroup.Threads(
                2,
                group =>
                {
                    if (group.Rank == 0)
                    {
                        group.Barrier();
                    }
                }
            )
        );
        Assert.Equal(ProcessGroupErrorKind.RankLeft, error.Kind);
        Assert.Equal("rank 0 of 2: Barrier: rank 1 has closed its group or ended", error.Message);
    }

    [Fact]
    public void A_rank_that_hangs_is_reported_within_the_time_out()
    {
        using ManualResetEventSlim done = new();
        // The time of one begins when the other is there too.
        using CountdownEvent both = new(2);
        ProcessGroupException error = Assert.Throws<ProcessGroupException>(() =>
            ProcessGroup.Threads(
                3,
                group =>
                {
                    if (group.Rank == 2)
                    {
                        done.Wait();
                        return;
                    }
                    both.Signal();
                    both.Wait();
                    try
                    {
                        group.Barrier();
                    }
                    finally
                    {
                        done.Set();
                    }
                },
                new ProcessGroupOptions { Timeout = TimeSpan.FromSeconds(1) }
            )
        );
        Assert.Equal(ProcessGroupErrorKind.TimedOut, error.Kind);
        Assert.EndsWith("of 3: Barrier: nothing came from rank 2 within 00:00:01", error.Message);
    }

    [Fact]
    public void Ranks_that_ask_for_different_things_are_told_what()
    {
        ProcessGroupException error = Assert.Throws<ProcessGroupException>(() =>
            ProcessGroup.Threads(2, group => group.AllReduce<float>(new float[4 + group.Rank]))
        );
        Assert.Equal(ProcessGroupErrorKind.Disagreement, error.Kind);
        Assert.Contains("rank 0 AllReduce (Sum of 4 float32), rank 1 AllReduce (Sum of 5 float32)", error.Message);
    }

    [Fact]
    public void Wrong_arguments_are_refused_before_the_others_are_asked()
    {
        using ProcessGroup group = ProcessGroup.Alone();
        Assert.Throws<ArgumentException>(() => group.AllReduce<int>(new int[1], ReduceOp.Average));
        Assert.Throws<ArgumentException>(() => group.AllReduce<char>(new char[1]));
        Assert.Throws<ArgumentException>(() => group.AllReduce(zeros(2, complex64)));
        Assert.Throws<ArgumentException>(() => group.AllGather<int>(new int[3], new int[2]));
        Assert.Throws<ArgumentException>(() => group.AllGather(zeros(2, int32), zeros(2)));
        Assert.Throws<ArgumentOutOfRangeException>(() => group.Broadcast<int>(new int[1], 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => ProcessGroup.Threads(0, _ => { }));
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            ProcessGroup.Alone(new ProcessGroupOptions { Timeout = TimeSpan.FromSeconds(-3) })
        );
    }

    [Fact]
    public void A_closed_group_takes_no_more_work()
    {
        ProcessGroup group = ProcessGroup.Alone();
        group.Dispose();
        Assert.Equal(
            ProcessGroupErrorKind.Closed,
            Assert.Throws<ProcessGroupException>(() => group.AllReduce<int>(new int[1])).Kind
        );
    }
}
