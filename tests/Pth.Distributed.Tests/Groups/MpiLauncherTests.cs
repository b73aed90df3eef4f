using Pth.Distributed.Mpi;

namespace Pth.Distributed.Tests.Groups;

public sealed class MpiLauncherTests
{
    [Theory]
    [InlineData("OMPI_COMM_WORLD_RANK=1 OMPI_COMM_WORLD_SIZE=4 PMIX_RANK=1", MpiFamily.OpenMpi, 4)]
    [InlineData("PMI_RANK=0 PMI_SIZE=2 MPI_LOCALRANKID=0", MpiFamily.Mpich, 2)]
    [InlineData("MPI_LOCALRANKID=0 MPI_LOCALNRANKS=2", MpiFamily.Mpich, null)]
    [InlineData("MV2_COMM_WORLD_RANK=1 MV2_COMM_WORLD_SIZE=3", MpiFamily.Mpich, 3)]
    [InlineData("PMIX_RANK=1", MpiFamily.Unknown, null)]
    [InlineData("PMIX_RANK=1 SLURM_PROCID=1 SLURM_STEP_NUM_TASKS=8", MpiFamily.Unknown, 8)]
    [InlineData("PMI_RANK=1 PMI_SIZE=8 SLURM_PROCID=1 SLURM_STEP_NUM_TASKS=8", MpiFamily.Unknown, 8)]
    [InlineData("SLURM_PROCID=1 SLURM_STEP_NUM_TASKS=2", MpiFamily.Unknown, 2)]
    internal void A_launcher_is_known_by_its_variables(string variables, MpiFamily family, int? size)
    {
        MpiLauncher? launcher = MpiLauncher.Find(Environment(variables));
        Assert.Equal((family, size), (launcher?.Family, launcher?.Size));
    }

    [Theory]
    [InlineData("")]
    [InlineData("PATH=/bin OMPI_MCA_btl=self")]
    [InlineData("SLURM_PROCID=0 SLURM_NTASKS=8")]
    public void A_process_started_by_itself_has_none(string variables) =>
        Assert.Null(MpiLauncher.Find(Environment(variables)));

    private static Func<string, string?> Environment(string variables)
    {
        Dictionary<string, string> all = variables
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(variable => variable.Split('='))
            .ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
        return name => all.GetValueOrDefault(name);
    }
}
