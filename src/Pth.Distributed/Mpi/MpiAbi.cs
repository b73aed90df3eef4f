using System.Runtime.InteropServices;

namespace Pth.Distributed.Mpi;

/// <summary>
/// The constants of a library, as far as they are used: messages of bytes between ranks need few. Sources: mpi.h of Open MPI 4.1 (handles are
/// addresses of exported objects), of MPICH 4.0 (handles are 32-bit numbers) and of the MPI 5.0 standard (chapter 20, small numbers).
/// </summary>
/// <param name="Name">For messages.</param>
/// <param name="World">MPI_COMM_WORLD.</param>
/// <param name="Byte">MPI_BYTE.</param>
/// <param name="ErrorsReturn">MPI_ERRORS_RETURN.</param>
/// <param name="Funneled">MPI_THREAD_FUNNELED: only the thread that started MPI calls it.</param>
/// <param name="Serialized">MPI_THREAD_SERIALIZED: any thread, one at a time.</param>
internal sealed record MpiAbi(string Name, nint World, nint Byte, nint ErrorsReturn, int Funneled, int Serialized)
{
    /// <summary>The <see cref="Name"/> of MPICH and its relatives.</summary>
    public const string Mpich = "MPICH";

    /// <summary>Tells which it is from what the library exports.</summary>
    /// <param name="library">The loaded library.</param>
    /// <param name="path">Its name or path, links resolved: the standard's libraries have "mpi_abi" in theirs.</param>
    public static MpiAbi Of(nint library, string path)
    {
        if (path.Contains("mpi_abi", StringComparison.OrdinalIgnoreCase))
        {
            return new MpiAbi("MPI 5 ABI", 0x101, 0x247, 0x143, 1024, 2048);
        }
        if (NativeLibrary.TryGetExport(library, "ompi_mpi_comm_world", out nint world))
        {
            return new MpiAbi(
                "Open MPI",
                world,
                NativeLibrary.GetExport(library, "ompi_mpi_byte"),
                NativeLibrary.GetExport(library, "ompi_mpi_errors_return"),
                1,
                2
            );
        }
        return new MpiAbi(Mpich, 0x44000000, 0x4c00010d, 0x54000001, 1, 2);
    }
}
