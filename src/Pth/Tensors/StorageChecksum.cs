using Pth.Bytes;
using Pth.Errors;

namespace Pth;

/// <summary>The CRC-32 that a container records for a storage, and whether it was found to be right.</summary>
/// <param name="raw">The bytes as they lie in the file, before any change of byte order.</param>
/// <param name="recorded">What the file says; 0 stands for "not recorded", as PyTorch writes when its checksums are off.</param>
/// <param name="place">The record, for errors.</param>
internal sealed class StorageChecksum(ByteSource raw, uint recorded, ILocated place)
{
    private const int ChunkLength = 1 << 20;

    // 0 not yet checked, 1 right, 2 the file records none. Written after the work is done; a second checker does it again.
    private volatile int _state;

    public uint Recorded => recorded;

    /// <summary>The bytes that it is of.</summary>
    public ByteSource Raw => raw;

    public ErrorLocation Location => place.Location;

    public long Length => raw.Length;

    /// <summary>Whether it was checked and not found wrong.</summary>
    public bool IsKnown => _state != 0;

    /// <summary>Whether it was checked and is right; false where the file records none.</summary>
    public bool IsRight => _state == 1;

    /// <summary>Whether it is of the bytes that this source gives, and not of others that they were made from.</summary>
    public bool IsOf(ByteSource data) => ReferenceEquals(raw, data);

    /// <returns>Whether there is a checksum to check.</returns>
    public bool Verify()
    {
        if (_state == 0)
        {
            uint crc = 0;
            for (long offset = 0; offset < raw.Length; offset += ChunkLength)
            {
                crc = FastCrc32.Append(crc, raw.GetSpan(offset, (int)Math.Min(ChunkLength, raw.Length - offset)));
            }
            Confirm(crc);
        }
        return _state == 1;
    }

    /// <summary>Computes the CRC-32 of a part of the bytes.</summary>
    public uint Compute(long offset, long length, byte[] buffer, TransferMeter meter)
    {
        uint crc = 0;
        for (long end = offset + length; offset < end; )
        {
            int count = (int)Math.Min(buffer.Length, end - offset);
            crc = FastCrc32.Append(crc, raw.Read(offset, count, buffer));
            meter.Add(count);
            offset += count;
        }
        return crc;
    }

    /// <summary>Takes the checksum that somebody computed while copying the bytes.</summary>
    public void Confirm(uint computed)
    {
        if (computed != recorded && recorded != 0)
        {
            throw Location.Error(
                CheckpointErrorKind.ChecksumMismatch,
                $"CRC-32 {computed:x8} of {raw.Length} bytes",
                $"{recorded:x8} as the file records"
            );
        }
        _state = computed == recorded ? 1 : 2;
    }
}
