using System.Runtime.InteropServices;

namespace Pth.Distributed.Mpi;

/// <summary>All streams between this rank and the others, and memory for what comes in. Belongs to the communication thread.</summary>
internal sealed unsafe class MpiPort : IDisposable
{
    /// <summary>Tags of messages: what all operations begin with, and results of reductions.</summary>
    private const int DataTag = 1;
    private const int ResultTag = 2;

    private readonly byte* _status = (byte*)NativeMemory.AllocZeroed(MpiLibrary.StatusBytes);
    private readonly List<MpiStream> _streams = [];
    private byte* _scratch;
    private long _scratchBytes;

    public MpiPort(MpiLibrary mpi, ProcessGroupOptions options)
    {
        Options = options;
        Rank = mpi.Rank;
        Size = mpi.Size;
        // In another order for each rank, so that not all begin with the same one.
        Peers = [.. Enumerable.Range(1, Size - 1).Select(step => (Rank + step) % Size)];
        Outgoing = Streams(DataTag, false);
        Incoming = Streams(DataTag, true);
        OutgoingResults = Streams(ResultTag, false);
        IncomingResults = Streams(ResultTag, true);

        MpiStream[] Streams(int tag, bool receives)
        {
            MpiStream[] streams = new MpiStream[Size];
            foreach (int peer in Peers)
            {
                streams[peer] = new MpiStream(mpi, peer, tag, receives, options.MessageBytes);
                _streams.Add(streams[peer]);
            }
            return streams;
        }
    }

    public ProcessGroupOptions Options { get; }

    public int Rank { get; }

    public int Size { get; }

    /// <summary>The other ranks.</summary>
    public int[] Peers { get; }

    /// <summary>By the other rank's number; nothing at this one's.</summary>
    public MpiStream[] Outgoing { get; }

    /// <inheritdoc cref="Outgoing" />
    public MpiStream[] Incoming { get; }

    /// <inheritdoc cref="Outgoing" />
    public MpiStream[] OutgoingResults { get; }

    /// <inheritdoc cref="Outgoing" />
    public MpiStream[] IncomingResults { get; }

    public bool IsActive => _streams.Exists(stream => stream.IsActive);

    /// <summary>
    /// The ranks that are waited for: those whose own data are missing. What others hold back, because they wait too, is not their fault.
    /// </summary>
    public int[] Missing
    {
        get
        {
            int[] silent =
            [
                .. Incoming.OfType<MpiStream>().Where(stream => stream.IsActive).Select(stream => stream.Peer),
            ];
            return silent.Length > 0
                ? silent
                : [.. _streams.Where(stream => stream.IsActive).Select(stream => stream.Peer).Distinct().Order()];
        }
    }

    /// <summary>Moves all streams on.</summary>
    /// <returns>Whether a message was complete.</returns>
    public bool Progress()
    {
        bool moved = false;
        foreach (MpiStream stream in _streams)
        {
            if (stream.IsActive)
            {
                moved |= stream.Progress(_status);
            }
        }
        return moved;
    }

    /// <summary>Memory that is valid until the next call.</summary>
    public byte* Scratch(long bytes)
    {
        if (bytes > _scratchBytes)
        {
            NativeMemory.AlignedFree(_scratch);
            _scratch = (byte*)NativeMemory.AlignedAlloc((nuint)bytes, 4096);
            _scratchBytes = bytes;
        }
        return _scratch;
    }

    /// <summary>Nothing of one operation reaches the next.</summary>
    public void Clear()
    {
        foreach (MpiStream stream in _streams)
        {
            stream.Done = null;
        }
    }

    /// <summary>Gives up what is under way. The memory stays: the library may still know of it.</summary>
    public void Abandon() => _streams.ForEach(stream => stream.Abandon());

    public void Dispose()
    {
        NativeMemory.AlignedFree(_scratch);
        NativeMemory.Free(_status);
    }
}
