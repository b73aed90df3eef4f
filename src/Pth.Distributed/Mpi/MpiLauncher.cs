namespace Pth.Distributed.Mpi;

/// <summary>What started this process as one of several, told by the variables that it sets.</summary>
/// <param name="Name">For messages.</param>
/// <param name="Family">The library that speaks with it.</param>
/// <param name="Size">How many processes it started; null where it does not say.</param>
internal sealed record MpiLauncher(string Name, MpiFamily Family, int? Size)
{
    private static readonly (string Rank, string? Size, string Name, MpiFamily Family)[] Known =
    [
        ("OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", "mpirun of Open MPI", MpiFamily.OpenMpi),
        ("MV2_COMM_WORLD_RANK", "MV2_COMM_WORLD_SIZE", "mpirun_rsh of MVAPICH", MpiFamily.Mpich),
        ("PMI_RANK", "PMI_SIZE", "mpiexec of MPICH or a relative", MpiFamily.Mpich),
        ("MPI_LOCALRANKID", null, "mpiexec of MPICH or a relative", MpiFamily.Mpich),
        ("PALS_RANKID", null, "mpiexec of PALS", MpiFamily.Mpich),
        ("PMIX_RANK", "SLURM_STEP_NUM_TASKS", "a launcher with PMIx", MpiFamily.Unknown),
        // Not SLURM_NTASKS, which a batch script has too, of which there is only one.
        ("SLURM_PROCID", "SLURM_STEP_NUM_TASKS", "srun", MpiFamily.Unknown),
    ];

    /// <summary>Null where this process was started by itself.</summary>
    /// <param name="variable">Looks up a variable of the environment.</param>
    public static MpiLauncher? Find(Func<string, string?> variable)
    {
        foreach ((string rank, string? size, string name, MpiFamily family) in Known)
        {
            bool counted = int.TryParse(size is null ? null : variable(size), out int processes);
            if (string.IsNullOrEmpty(variable(rank)) || (rank == "SLURM_PROCID" && !counted))
            {
                continue;
            }
            // srun with --mpi=pmi2 sets the variables of MPICH, and may start either library.
            bool slurm = variable("SLURM_STEP_NUM_TASKS") is not null && family == MpiFamily.Mpich;
            return new MpiLauncher(
                slurm ? "srun" : name,
                slurm ? MpiFamily.Unknown : family,
                counted ? processes : null
            );
        }
        return null;
    }
}
