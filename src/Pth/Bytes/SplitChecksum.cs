namespace Pth.Bytes;

/// <summary>The CRC-32 of a run that several threads share: a first chunk, equal ones, and a last one.</summary>
internal sealed class SplitChecksum(int chunks, int chunkLength, long lastLength)
{
    private readonly uint[] _chunks = new uint[chunks];
    private int _missing = chunks;

    /// <summary>Takes the checksum of one chunk.</summary>
    /// <returns>Whether it was the last one missing; for one caller only.</returns>
    public bool Add(int chunk, uint crc)
    {
        _chunks[chunk] = crc;
        return Interlocked.Decrement(ref _missing) == 0;
    }

    /// <summary>The checksum of the whole run, once all chunks are there.</summary>
    public uint Combine()
    {
        uint factor = Crc32Combiner.Factor(chunkLength);
        uint crc = _chunks[0];
        for (int i = 1; i < _chunks.Length; i++)
        {
            crc = Crc32Combiner.Combine(
                crc,
                _chunks[i],
                i == _chunks.Length - 1 ? Crc32Combiner.Factor(lastLength) : factor
            );
        }
        return crc;
    }
}
