namespace Pth.Distributed.Mpi;

/// <summary>The libraries that understand each other.</summary>
internal enum MpiFamily
{
    Unknown,
    OpenMpi,

    /// <summary>With Intel MPI, MS-MPI, MVAPICH and Cray MPICH.</summary>
    Mpich,
}
