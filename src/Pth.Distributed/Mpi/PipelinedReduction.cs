using Pth.Distributed.Collectives;

namespace Pth.Distributed.Mpi;

/// <summary>
/// An all-reduce or reduce-scatter of any size. Every rank owns a slice: it gets the others' values for it, segment by segment, sums them in
/// the order of the ranks while they are in the cache, and sends each summed segment back. Every byte travels twice, the least there can be,
/// and all slices are under way at once.
/// </summary>
internal sealed unsafe class PipelinedReduction
{
    /// <summary>Segments under way between two ranks in one direction.</summary>
    private const int Window = 4;

    private const int SmallestSegment = 16 << 10;
    private const int MostInAll = 4 << 20;

    private readonly MpiPort _port;
    private readonly Collective _collective;
    private readonly bool _returns;
    private readonly long _segment;
    private readonly long[] _sent;
    private readonly long[] _returned;
    private readonly long[] _expected;
    private readonly long[] _arrived;
    private readonly byte* _scratch;
    private long _reduced;

    public PipelinedReduction(MpiPort port, Collective collective)
    {
        _port = port;
        _collective = collective;
        _returns = collective.Kind == CollectiveKind.AllReduce;
        int bytes = Math.Min(
            port.Options.SegmentBytes,
            Math.Max(SmallestSegment, MostInAll / Math.Max(1, (port.Size - 1) * Window))
        );
        _segment = Math.Max(1, bytes / collective.Element.Size());
        _sent = new long[port.Size];
        _returned = new long[port.Size];
        _expected = new long[port.Size];
        _arrived = new long[port.Size];
        _scratch = port.Scratch(port.Size * Window * _segment * collective.Element.Size());
    }

    public void Begin()
    {
        foreach (int peer in _port.Peers)
        {
            _port.Incoming[peer].Done = () => Arrived(peer);
            _port.Outgoing[peer].Done = () => Sent(peer);
            _port.IncomingResults[peer].Done = () => Send(peer);
        }
        for (int i = 0; i < Window; i++)
        {
            foreach (int peer in _port.Peers)
            {
                Expect(peer);
                Send(peer);
            }
        }
        if (_port.Size == 1)
        {
            Reduce(Segments(_port.Rank));
        }
    }

    /// <summary>The next segment of a peer's slice; in an all-reduce no more than the window before the last result.</summary>
    private void Send(int peer)
    {
        if (_sent[peer] < Segments(peer))
        {
            long segment = _sent[peer]++;
            _port.Outgoing[peer].Begin(Address(_collective.Input, peer, segment), Bytes(peer, segment));
        }
    }

    /// <summary>The peer has the segment: its place may take the result.</summary>
    private void Sent(int peer)
    {
        if (!_returns)
        {
            Send(peer);
            return;
        }
        long segment = _returned[peer]++;
        _port.IncomingResults[peer].Begin(Address(_collective.Output, peer, segment), Bytes(peer, segment));
    }

    private void Expect(int peer)
    {
        if (_expected[peer] < Segments(_port.Rank))
        {
            long segment = _expected[peer]++;
            _port.Incoming[peer].Begin(Slot(peer, segment), Bytes(_port.Rank, segment));
        }
    }

    private void Arrived(int peer)
    {
        _arrived[peer]++;
        long ready = long.MaxValue;
        foreach (int other in _port.Peers)
        {
            ready = Math.Min(ready, _arrived[other]);
        }
        Reduce(ready);
    }

    private void Reduce(long until)
    {
        int size = _collective.Element.Size();
        int rank = _port.Rank;
        Span<nint> sources = stackalloc nint[_port.Size];
        for (; _reduced < until; _reduced++)
        {
            long segment = _reduced;
            foreach (int peer in _port.Peers)
            {
                sources[peer] = (nint)Slot(peer, segment);
            }
            sources[rank] = (nint)Address(_collective.Input, rank, segment);
            byte* target = _returns
                ? Address(_collective.Output, rank, segment)
                : _collective.Output + (segment * _segment * size);
            Reduction.Run(_collective.Element, _collective.Op, sources, target, Bytes(rank, segment) / size);
            foreach (int peer in _port.Peers)
            {
                if (_returns)
                {
                    _port.OutgoingResults[peer].Begin(target, Bytes(rank, segment));
                }
                Expect(peer);
            }
        }
    }

    private byte* Slot(int peer, long segment) =>
        _scratch + (((peer * Window) + (segment % Window)) * _segment * _collective.Element.Size());

    private byte* Address(byte* buffer, int owner, long segment) =>
        buffer + ((Start(owner) + (segment * _segment)) * _collective.Element.Size());

    private long Bytes(int owner, long segment) =>
        Math.Min(_segment, Start(owner + 1) - Start(owner) - (segment * _segment)) * _collective.Element.Size();

    private long Segments(int owner) => (Start(owner + 1) - Start(owner) + _segment - 1) / _segment;

    /// <summary>Where a rank's slice begins: at a cache line, so that no two ranks' slices share one.</summary>
    private long Start(int owner)
    {
        if (!_returns)
        {
            return owner * _collective.Count;
        }
        const int Line = 64;
        long lines = (_collective.Count + Line - 1) / Line;
        return Math.Min(_collective.Count, lines * owner / _port.Size * Line);
    }
}
