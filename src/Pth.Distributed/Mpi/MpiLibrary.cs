using System.Runtime.InteropServices;
using System.Text;

namespace Pth.Distributed.Mpi;

/// <summary>
/// The functions of an MPI library. A call that fails throws; which rank it is stands in <see cref="Rank"/> as soon as it is known.
/// </summary>
internal sealed unsafe partial class MpiLibrary
{
    /// <summary>Room for MPI_Status, of 20 bytes in MPICH, 24 in Open MPI and 32 in the standard.</summary>
    public const int StatusBytes = 64;

    private readonly delegate* unmanaged<void*, void*, int, int*, int> _initThread;
    private readonly delegate* unmanaged<int> _finalize;
    private readonly delegate* unmanaged<int*, int> _initialized;
    private readonly delegate* unmanaged<int*, int> _finalized;
    private readonly delegate* unmanaged<int*, int> _queryThread;
    private readonly delegate* unmanaged<nint, int*, int> _commRank;
    private readonly delegate* unmanaged<nint, int*, int> _commSize;
    private readonly delegate* unmanaged<nint, nint*, int> _commDup;
    private readonly delegate* unmanaged<nint*, int> _commFree;
    private readonly delegate* unmanaged<nint, nint, int> _commSetErrhandler;
    private readonly delegate* unmanaged<void*, int, nint, int, int, nint, nint*, int> _isend;
    private readonly delegate* unmanaged<void*, int, nint, int, int, nint, nint*, int> _irecv;
    private readonly delegate* unmanaged<nint*, int*, void*, int> _test;
    private readonly delegate* unmanaged<nint*, int> _cancel;
    private readonly delegate* unmanaged<void*, nint, int*, int> _getCount;
    private readonly delegate* unmanaged<int, byte*, int*, int> _errorString;
    private readonly delegate* unmanaged<byte*, int*, int> _libraryVersion;
    private readonly delegate* unmanaged<nint, int, int> _abort;
    private nint _communicator;

    public MpiLibrary(nint library, MpiAbi abi)
    {
        Abi = abi;
        _initThread = (delegate* unmanaged<void*, void*, int, int*, int>)Export("MPI_Init_thread");
        _finalize = (delegate* unmanaged<int>)Export("MPI_Finalize");
        _initialized = (delegate* unmanaged<int*, int>)Export("MPI_Initialized");
        _finalized = (delegate* unmanaged<int*, int>)Export("MPI_Finalized");
        _queryThread = (delegate* unmanaged<int*, int>)Export("MPI_Query_thread");
        _commRank = (delegate* unmanaged<nint, int*, int>)Export("MPI_Comm_rank");
        _commSize = (delegate* unmanaged<nint, int*, int>)Export("MPI_Comm_size");
        _commDup = (delegate* unmanaged<nint, nint*, int>)Export("MPI_Comm_dup");
        _commFree = (delegate* unmanaged<nint*, int>)Export("MPI_Comm_free");
        _commSetErrhandler = (delegate* unmanaged<nint, nint, int>)Export("MPI_Comm_set_errhandler");
        _isend = (delegate* unmanaged<void*, int, nint, int, int, nint, nint*, int>)Export("MPI_Isend");
        _irecv = (delegate* unmanaged<void*, int, nint, int, int, nint, nint*, int>)Export("MPI_Irecv");
        _test = (delegate* unmanaged<nint*, int*, void*, int>)Export("MPI_Test");
        _cancel = (delegate* unmanaged<nint*, int>)Export("MPI_Cancel");
        _getCount = (delegate* unmanaged<void*, nint, int*, int>)Export("MPI_Get_count");
        _errorString = (delegate* unmanaged<int, byte*, int*, int>)Export("MPI_Error_string");
        _libraryVersion = (delegate* unmanaged<byte*, int*, int>)Export("MPI_Get_library_version");
        _abort = (delegate* unmanaged<nint, int, int>)Export("MPI_Abort");
        Version = ReadVersion();
        nint Export(string name) => NativeLibrary.GetExport(library, name);
    }

    public MpiAbi Abi { get; }

    /// <summary>The first words of what the library says it is: <c>Open MPI v4.1.4</c>, <c>MPICH Version: 4.0.2</c>.</summary>
    public string Version { get; }

    public int Rank { get; private set; }

    public int Size { get; private set; } = 1;

    /// <summary>Whether this object started MPI, and so has to end it.</summary>
    public bool Owns { get; private set; }

    /// <summary>
    /// Starts MPI, for this thread alone; where the program has started it itself, it must allow calls from any thread.
    /// </summary>
    public void Start()
    {
        int flag;
        Check(_finalized(&flag), "MPI_Finalized");
        if (flag != 0)
        {
            throw new InvalidOperationException(
                "found MPI ended in this process, expected to start it: it can be started once. Keep one group for the whole program"
            );
        }
        Check(_initialized(&flag), "MPI_Initialized");
        int level;
        int needed = flag != 0 ? Abi.Serialized : Abi.Funneled;
        if (flag != 0)
        {
            Check(_queryThread(&level), "MPI_Query_thread");
        }
        else
        {
            Check(_initThread(null, null, needed, &level), "MPI_Init_thread");
            Owns = true;
        }
        if (level < needed)
        {
            throw new InvalidOperationException(
                Owns
                    ? $"found an MPI library without support for threads ({Version}, level {level}), expected MPI_THREAD_FUNNELED"
                    : $"found MPI in use in this process at thread level {level}, expected MPI_THREAD_SERIALIZED or a first group: there can be one"
            );
        }
        Check(_commSetErrhandler(Abi.World, Abi.ErrorsReturn), "MPI_Comm_set_errhandler");
        int number;
        Check(_commRank(Abi.World, &number), "MPI_Comm_rank");
        Rank = number;
        Check(_commSize(Abi.World, &number), "MPI_Comm_size");
        Size = number;
        // Messages of a communicator of our own never meet those of the program.
        nint copy = 0;
        Check(_commDup(Abi.World, &copy), "MPI_Comm_dup");
        _communicator = copy;
        Check(_commSetErrhandler(_communicator, Abi.ErrorsReturn), "MPI_Comm_set_errhandler");
    }

    /// <summary>Ends what <see cref="Start"/> started.</summary>
    public void End()
    {
        nint communicator = _communicator;
        Check(_commFree(&communicator), "MPI_Comm_free");
        if (Owns)
        {
            Check(_finalize(), "MPI_Finalize");
        }
    }

    /// <summary>Begins to send. The request is a handle in a zeroed slot of 8 bytes; MPICH uses 4 of them.</summary>
    public nint Send(byte* from, int bytes, int peer, int tag)
    {
        nint request = 0;
        Check(_isend(from, bytes, Abi.Byte, peer, tag, _communicator, &request), "MPI_Isend");
        return request;
    }

    /// <summary>Begins to receive.</summary>
    public nint Receive(byte* to, int bytes, int peer, int tag)
    {
        nint request = 0;
        Check(_irecv(to, bytes, Abi.Byte, peer, tag, _communicator, &request), "MPI_Irecv");
        return request;
    }

    /// <summary>Moves messages on, and asks for one.</summary>
    /// <param name="request">Its handle; void afterwards where it is complete.</param>
    /// <param name="status">Where <see cref="Received"/> reads.</param>
    /// <returns>Whether it is complete.</returns>
    public bool Test(ref nint request, void* status)
    {
        int done;
        fixed (nint* handle = &request)
        {
            Check(_test(handle, &done, status), "MPI_Test");
        }
        return done != 0;
    }

    /// <summary>The bytes that came with a completed request.</summary>
    public int Received(void* status)
    {
        int bytes;
        Check(_getCount(status, Abi.Byte, &bytes), "MPI_Get_count");
        return bytes;
    }

    /// <summary>Asks the library to write no more into the memory of a request that is given up.</summary>
    public void Cancel(nint request) => _ = _cancel(&request);

    /// <summary>Ends the job: all ranks.</summary>
    public void Abort(int code) => _ = _abort(Abi.World, code);

    private string ReadVersion()
    {
        byte* text = stackalloc byte[8192];
        int length;
        if (_libraryVersion(text, &length) != 0)
        {
            return Abi.Name;
        }
        string version = Encoding.UTF8.GetString(text, Math.Clamp(length, 0, 8191)).TrimEnd('\0');
        int end = version.AsSpan().IndexOfAny("\r\n,");
        return string.Join(
            ' ',
            (end < 0 ? version : version[..end]).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
        );
    }

    private void Check(int code, string call)
    {
        if (code == 0)
        {
            return;
        }
        byte* text = stackalloc byte[1024];
        int length;
        string reason =
            _errorString(code, text, &length) == 0
                ? Encoding.UTF8.GetString(text, Math.Clamp(length, 0, 1023)).TrimEnd('\0')
                : "no description";
        // MPICH adds its stack, of several lines.
        int line = reason.IndexOf('\n');
        reason = (line < 0 ? reason : reason[..line]).TrimEnd(':', ' ');
        bool truncated = reason.Contains("truncat", StringComparison.OrdinalIgnoreCase);
        throw new ProcessGroupException(
            truncated ? ProcessGroupErrorKind.Disagreement : ProcessGroupErrorKind.Library,
            Rank,
            Size,
            call,
            truncated
                ? $"another rank sent more than expected: the ranks ask for different things ({reason})"
                : $"{reason} (error {code} of {Version})"
        );
    }
}
