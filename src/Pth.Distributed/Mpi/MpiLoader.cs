using System.Runtime.InteropServices;
using System.Text;

namespace Pth.Distributed.Mpi;

/// <summary>Finds and loads an MPI library.</summary>
internal static unsafe class MpiLoader
{
    /// <summary>The variable that names the library to use.</summary>
    public const string Variable = "PTH_MPI_LIBRARY";

    private const int LoadNow = 2;
    private const int LoadGlobal = 0x100;
    private const int LoadGlobalMac = 0x8;

    /// <summary>Loads the library that was asked for, or the first there is for the launcher.</summary>
    /// <exception cref="DllNotFoundException">There is none; the message says what was tried and what to install.</exception>
    public static MpiLibrary Load(MpiLauncher? launcher, string? asked)
    {
        string? named = asked ?? Environment.GetEnvironmentVariable(Variable);
        string[] names = string.IsNullOrEmpty(named) ? Candidates(launcher?.Family ?? MpiFamily.Unknown) : [named];
        KeepSignals();
        List<string> reasons = [];
        foreach (string name in names)
        {
            if (TryLoad(name, reasons) is MpiLibrary library)
            {
                return library;
            }
        }
        string started = launcher is null ? "" : $"this process was started by {launcher.Name}; ";
        throw new DllNotFoundException(
            $"{started}found no MPI library (tried {string.Join(", ", names)}: {string.Join("; ", reasons)}), expected one that belongs to the "
                + $"launcher: install it (on Debian: openmpi-bin or mpich) or name it in {Variable}"
        );
    }

    private static MpiLibrary? TryLoad(string name, List<string> reasons)
    {
        ShowToPlugIns(name);
        if (!NativeLibrary.TryLoad(name, out nint library))
        {
            reasons.Add($"{name} is not there, or lacks a library");
            return null;
        }
        if (!NativeLibrary.TryGetExport(library, "MPI_Init_thread", out _))
        {
            reasons.Add($"{name} is no MPI library");
            return null;
        }
        return new MpiLibrary(library, MpiAbi.Of(library, Resolved(name)));
    }

    private static string Resolved(string name) =>
        File.Exists(name) ? File.ResolveLinkTarget(name, true)?.FullName ?? name : name;

    private static string[] Candidates(MpiFamily family)
    {
        if (OperatingSystem.IsWindows())
        {
            return ["msmpi.dll", "impi.dll"];
        }
        string[] open = OperatingSystem.IsMacOS() ? ["libmpi.40.dylib"] : ["libmpi.so.40"];
        string[] mpich = OperatingSystem.IsMacOS()
            ? ["libmpi.12.dylib", "libmpich.12.dylib"]
            : ["libmpich.so.12", "libmpi.so.12"];
        // The standard ABI last where the launcher tells the family: that library might belong to the other.
        string[] standard = OperatingSystem.IsMacOS()
            ? ["libmpi_abi.1.dylib", "libmpi_abi.0.dylib"]
            : ["libmpi_abi.so.1", "libmpi_abi.so.0"];
        string[] plain = [OperatingSystem.IsMacOS() ? "libmpi.dylib" : "libmpi.so"];
        return family switch
        {
            MpiFamily.OpenMpi => [.. open, .. plain, .. standard],
            MpiFamily.Mpich => [.. mpich, .. standard, .. plain],
            _ => [.. standard, .. open, .. mpich, .. plain],
        };
    }

    /// <summary>
    /// UCX, under MPICH and Open MPI, takes over the signals by which .NET finds null references; it is told not to, where nobody told it
    /// anything. Variables set through .NET do not reach native code on Unix.
    /// </summary>
    private static void KeepSignals()
    {
        if (!OperatingSystem.IsWindows() && OfProcess("setenv") is nint setenv and not 0)
        {
            fixed (byte* name = "UCX_ERROR_SIGNALS\0"u8)
            fixed (byte* value = "\0"u8)
            {
                _ = ((delegate* unmanaged<byte*, byte*, int, int>)setenv)(name, value, 0);
            }
        }
    }

    /// <summary>Plug-ins of Open MPI look for its symbols in the whole process, where NativeLibrary does not put them.</summary>
    private static void ShowToPlugIns(string name)
    {
        if (!OperatingSystem.IsWindows() && OfProcess("dlopen") is nint dlopen and not 0)
        {
            int global = OperatingSystem.IsMacOS() ? LoadGlobalMac : LoadGlobal;
            fixed (byte* file = Encoding.UTF8.GetBytes(name + '\0'))
            {
                _ = ((delegate* unmanaged<byte*, int, nint>)dlopen)(file, LoadNow | global);
            }
        }
    }

    /// <summary>A function of the C library, whichever of its files it is in on this system.</summary>
    private static nint OfProcess(string name) =>
        NativeLibrary.TryGetExport(NativeLibrary.GetMainProgramHandle(), name, out nint function) ? function : 0;
}
