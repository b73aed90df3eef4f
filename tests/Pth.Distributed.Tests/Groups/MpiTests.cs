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
}
