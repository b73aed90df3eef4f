namespace Pth.Bytes;

/// <summary>The CRC-32 of a run whose parts come in any order, from any thread, each once.</summary>
internal sealed class ScatteredChecksum
{
    private readonly long _length;
    private readonly Lock _gate = new();
    private uint _crc;
    private long _missing;

    /// <param name="length">The length of the run.</param>
    public ScatteredChecksum(long length)
    {
        _length = length;
        _missing = length;
    }

    /// <summary>Takes a part.</summary>
    /// <param name="end">Where it ends in the run.</param>
    /// <param name="partLength">Its length.</param>
    /// <param name="crc">Its CRC-32.</param>
    /// <returns>Whether it was the last one missing; for one caller only.</returns>
    public bool Add(long end, long partLength, uint crc)
    {
        // Each part counts as if zeros of the rest followed it, and all are added.
        uint moved = Crc32Combiner.Combine(crc, 0, Crc32Combiner.Factor(_length - end));
        lock (_gate)
        {
            _crc ^= moved;
            _missing -= partLength;
            return _missing == 0;
        }
    }

    /// <summary>The checksum of the whole run, once all parts are there.</summary>
    public uint Value => _crc;
}
