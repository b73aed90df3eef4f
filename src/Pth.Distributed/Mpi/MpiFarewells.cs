using System.Runtime.InteropServices;
using System.Text;

namespace Pth.Distributed.Mpi;

/// <summary>
/// The last message between two ranks: that one closes its group, or has failed and why. It is expected from the beginning, so that nobody waits
/// for who has gone.
/// </summary>
internal sealed unsafe class MpiFarewells : IDisposable
{
    private const int Tag = 3;
    private const int Length = 2048;
    private const byte Closes = 0;
    private const byte Failed = 1;

    private readonly MpiLibrary _mpi;
    private readonly byte* _memory;
    private readonly byte* _status;
    private readonly nint[] _expected;
    private readonly nint[] _sent;
    private readonly bool[] _heard;

    public MpiFarewells(MpiLibrary mpi)
    {
        _mpi = mpi;
        // One slot for each peer; in the own slot lies what is sent.
        _memory = (byte*)NativeMemory.AllocZeroed((nuint)(Length * mpi.Size));
        _status = (byte*)NativeMemory.AllocZeroed(MpiLibrary.StatusBytes);
        _expected = new nint[mpi.Size];
        _sent = new nint[mpi.Size];
        _heard = new bool[mpi.Size];
        LeftAt = new long[mpi.Size];
        for (int peer = 0; peer < mpi.Size; peer++)
        {
            _expected[peer] = peer == mpi.Rank ? 0 : mpi.Receive(Slot(peer), Length, peer, Tag);
        }
        _heard[mpi.Rank] = true;
    }

    /// <summary>The failure that was heard of first.</summary>
    public string? Failure { get; private set; }

    /// <summary>When each rank's group was closed (<see cref="Environment.TickCount64"/>); 0 where it is not.</summary>
    public long[] LeftAt { get; }

    /// <summary>Whether every other rank has said that it closes its group.</summary>
    public bool AllHeard => Array.TrueForAll(_heard, heard => heard);

    /// <summary>Looks for messages.</summary>
    public void Listen()
    {
        for (int peer = 0; peer < _heard.Length; peer++)
        {
            if (_heard[peer] || !_mpi.Test(ref _expected[peer], _status))
            {
                continue;
            }
            _heard[peer] = true;
            int length = _mpi.Received(_status);
            byte* slot = Slot(peer);
            if (length > 0 && slot[0] == Failed)
            {
                Failure ??= $"rank {peer} failed: {Encoding.UTF8.GetString(slot + 1, length - 1)}";
            }
            else
            {
                LeftAt[peer] = Math.Max(1, Environment.TickCount64);
            }
        }
    }

    /// <summary>Tells all others that this rank closes its group, or why it has failed.</summary>
    public void Say(string? failure)
    {
        byte* slot = Slot(_mpi.Rank);
        slot[0] = failure is null ? Closes : Failed;
        Encoding
            .UTF8.GetEncoder()
            .Convert(failure ?? "", new Span<byte>(slot + 1, Length - 1), true, out _, out int used, out _);
        for (int peer = 0; peer < _sent.Length; peer++)
        {
            _sent[peer] = peer == _mpi.Rank ? 0 : _mpi.Send(slot, used + 1, peer, Tag);
        }
    }

    /// <summary>Moves on what <see cref="Say"/> began.</summary>
    /// <returns>Whether all of it is gone.</returns>
    public bool Send()
    {
        bool gone = true;
        for (int peer = 0; peer < _sent.Length; peer++)
        {
            if (_sent[peer] != 0)
            {
                if (_mpi.Test(ref _sent[peer], _status))
                {
                    _sent[peer] = 0;
                }
                else
                {
                    gone = false;
                }
            }
        }
        return gone;
    }

    public void Dispose()
    {
        NativeMemory.Free(_memory);
        NativeMemory.Free(_status);
    }

    private byte* Slot(int peer) => _memory + (peer * Length);
}
