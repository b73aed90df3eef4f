using Pth.Tests;

namespace Pth.Distributed.Tests.Groups;

/// <summary>Groups of processes, started by both MPI libraries.</summary>
[Trait("Category", "Live")]
public sealed class MpiTests
{
    public static TheoryData<string> Libraries => MpiJob.Libraries;

    [Theory]
    [InlineData("openmpi", 1, "split")]
    [InlineData("openmpi", 2, "battery")]
    [InlineData("openmpi", 3, "battery")]
    [InlineData("openmpi", 4, "split")]
    [InlineData("mpich", 1, "battery")]
    [InlineData("mpich", 2, "split")]
    [InlineData("mpich", 3, "split")]
    [InlineData("mpich", 4, "battery")]
    public void Every_operation_gives_what_it_should(string library, int ranks, string how)
    {
        string output = MpiJob.Run(library, ranks, "mpi", how);
        for (int rank = 0; rank < ranks; rank++)
        {
            string by = library == "openmpi" ? "Open MPI v" : "MPICH Version: ";
            Assert.Contains($"rank {rank} of {ranks} done by {by}", output);
        }
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public void Many_works_are_under_way_while_the_ranks_compute(string library) =>
        Assert.Contains("done", MpiJob.Run(library, 2, "mpi", "busy"));

    [Theory]
    [MemberData(nameof(Libraries))]
    public void A_rank_that_throws_ends_the_job_with_its_message_once(string library)
    {
        using MpiJob job = MpiJob.Start(library, 3, "mpi", "throws");
        (int code, string output) = job.Wait();
        Assert.NotEqual(0, code);
        const string Said = "rank 1 of 3: System.IO.InvalidDataException: no such data set";
        Assert.Equal(2, output.Split(Said).Length);
        Assert.Equal(2, output.Split("no such data set").Length);
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public void An_exception_that_passes_the_closing_of_the_group_is_told_once_too(string library)
    {
        using MpiJob job = MpiJob.Start(library, 3, "mpi", "throws-async");
        (int code, string output) = job.Wait();
        Assert.NotEqual(0, code);
        Assert.Contains("rank 1 of 3: System.IO.InvalidDataException: no such data set", output);
        Assert.Equal(2, output.Split("no such data set").Length);
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public void A_rank_that_closes_its_group_is_missed_before_the_time_out(string library)
    {
        using TemporaryFolder folder = new();
        using MpiJob job = MpiJob.Start(library, 3, "mpi", "leaves", folder.Path);
        string output = job.Wait().Output;
        Assert.Contains("AllReduce (Sum of 100000 float32): rank 1 has closed its group or ended]", output);
        Assert.Contains("Barrier: the group has failed before: AllReduce", output);
        // Both that stayed, of both operations.
        Assert.Equal(4, output.Split("rank 1 has closed its group or ended").Length - 1);
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public void A_rank_that_hangs_is_reported_within_the_time_out_and_hears_of_it(string library)
    {
        using TemporaryFolder folder = new();
        using MpiJob job = MpiJob.Start(library, 2, "mpi", "hangs", folder.Path);
        string output = job.Wait().Output;
        Assert.Matches(@"\[TimedOut after .*nothing came from rank 1 within 00:00:03\]", output);
        Assert.Matches(@"\[RankFailed after .*rank 0 failed: .*nothing came from rank 1 within 00:00:03\]", output);
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public void A_rank_that_is_killed_ends_the_job(string library)
    {
        using MpiJob job = MpiJob.Start(library, 3, "mpi", "dies");
        Assert.NotEqual(0, job.Wait().Code);
    }

    [Fact]
    public void Where_the_launcher_lets_the_others_live_they_report_a_killed_rank()
    {
        using MpiJob job = MpiJob.Start("openmpi", 3, ["--enable-recovery"], ["mpi", "dies"]);
        string output = job.Wait().Output;
        foreach (int rank in (int[])[0, 2])
        {
            // By its own time-out, or by hearing of the other's.
            Assert.Matches(
                $@"rank {rank} of 3: Barrier: (rank . failed: Barrier: )?nothing came from rank 1 within 00:00:03\]",
                output
            );
        }
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public void Ranks_that_ask_for_different_sizes_are_told(string library)
    {
        using MpiJob job = MpiJob.Start(library, 2, "mpi", "disagrees");
        Assert.Contains("[Disagreement after ", job.Wait().Output);
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public void Ranks_that_ask_for_another_type_of_the_same_size_are_told_if_that_is_checked(string library)
    {
        using MpiJob job = MpiJob.Start(library, 2, "mpi", "disagrees-in-type");
        Assert.Contains(
            "the ranks ask for different things: rank 0 AllReduce (Sum of 1000 float32), rank 1 AllReduce (Max of 1000 int32)",
            job.Wait().Output
        );
    }

    [Fact]
    public void A_library_of_another_launcher_is_refused_with_the_reason()
    {
        using MpiJob job = MpiJob.Start("openmpi", 2, ["-x", "PTH_MPI_LIBRARY=libmpich.so.12"], ["mpi", "joins"]);
        (int code, string output) = job.Wait();
        Assert.NotEqual(0, code);
        Assert.Contains(
            "found MPICH Version: 4.0.2, which sees 1 process, in one of 2 processes started by mpirun of Open MPI",
            output
        );
    }

    [Fact]
    public void A_library_that_is_not_there_is_named()
    {
        using MpiJob job = MpiJob.Start("openmpi", 1, ["-x", "PTH_MPI_LIBRARY=libnone.so"], ["mpi", "joins"]);
        (int code, string output) = job.Wait();
        Assert.NotEqual(0, code);
        Assert.Contains("started by mpirun of Open MPI; found no MPI library (tried libnone.so", output);
    }
}
