namespace Pth.Distributed.Collectives;

/// <summary>Two things that are given back together.</summary>
internal sealed class BufferPair(IDisposable first, IDisposable second) : IDisposable
{
    public void Dispose()
    {
        first.Dispose();
        second.Dispose();
    }
}
