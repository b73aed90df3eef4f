namespace Pth.Bytes;

/// <summary>What a file that is written consists of: runs of bytes without gaps, each with a head before it and a tail behind it, or without.</summary>
internal interface IWriteLayout
{
    /// <summary>How many runs there are.</summary>
    int Count { get; }

    /// <summary>Where a run lies. Its extent begins where that of the run before ends.</summary>
    WorkRun PlaceOf(int index);

    /// <summary>The bytes of a run.</summary>
    ByteSource DataOf(int index);

    /// <summary>Whether the tail of a run is made from the CRC-32 of its bytes; where it is not, nobody computes one.</summary>
    bool NeedsChecksum(int index);

    /// <summary>Fills what lies between the start of the extent and the bytes.</summary>
    void WriteHead(int index, Span<byte> head);

    /// <summary>Takes the CRC-32 of the bytes (0 where none is needed), and fills what lies between their end and that of the extent.</summary>
    /// <exception cref="CheckpointException">The bytes do not have the checksum expected of them.</exception>
    void WriteTail(int index, uint crc, Span<byte> tail);
}
