using System.Buffers.Binary;
using Pth.Bytes;
using Pth.Zip;

namespace Pth.Tests.Zip;

/// <summary>Records whose length or place has no room in 32 bits, without the gigabytes: zeros are neither stored nor written.</summary>
public class Zip64Tests
{
    private const long BigLength = (1L << 32) + 16;

    [Fact]
    public void A_long_record_and_one_behind_it_are_written_as_PyTorch_writes_them_and_read_again()
    {
        ZipRecord[] records =
        [
            new("data/0", new ZeroSource(BigLength)),
            new("data/1", new MemorySource("DATA"u8.ToArray())),
            new("version", new MemorySource("3\n"u8.ToArray())),
        ];
        ZipLayout layout = ZipLayout.Plan("a", records, 64);
        var sink = new SparseSink(layout.Length);
        ZipWriter.Write(layout, sink);

        ZipArchiveReader zip = ZipArchiveReader.Open(sink.Written, ReadLimits.Default);
        Assert.Equal([BigLength, 4, 2], zip.Entries.Select(entry => entry.Length));
        Assert.Equal(0, zip.Entries[0].DataOffset % 64);
        Assert.Equal("DATA"u8, zip.OpenData(zip.Entries[1]).GetSpan(0, 4));

        // Local header: the length is in the extra field and the compressed length there is 0; the header's own fields are 0.
        Assert.Equal(
            ZipVectors.Hex(
                """
                50 4B 03 04 00 00 08 08 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 08 00 1A 00
                61 2F 64 61 74 61 2F 30
                01 00 10 00 10 00 00 00 01 00 00 00 00 00 00 00 00 00 00 00
                46 42 02 00
                """
            ),
            sink.Written.GetSpan(0, 62)
        );
        Assert.Equal(64, zip.Entries[0].DataOffset);
        // The descriptor has two lengths of 8 bytes.
        ReadOnlySpan<byte> descriptor = sink.Written.GetSpan(64 + BigLength, 24);
        Assert.Equal("PK\x07\x08"u8, descriptor[..4]);
        Assert.Equal(zip.Entries[0].Crc32, BinaryPrimitives.ReadUInt32LittleEndian(descriptor[4..]));
        Assert.Equal(ZipVectors.Hex("10 00 00 00 01 00 00 00 10 00 00 00 01 00 00 00"), descriptor[8..].ToArray());
        // A record behind 4 GB has its place in the local extra field, and the long descriptor though it is short.
        long second = zip.Entries[1].HeaderOffset;
        Assert.Equal(64 + BigLength + 24, second);
        Assert.Equal(ZipVectors.Hex("01 00 08 00 68 00 00 00 01 00 00 00"), sink.Written.GetSpan(second + 30 + 8, 12));
        Assert.Equal(zip.Entries[1].DataOffset + 4 + 24, zip.Entries[2].HeaderOffset);
        // Central headers: 32-bit fields refer to the extra field only where they must.
        ReadOnlySpan<byte> central = sink.Written.GetSpan(layout.DirectoryOffset, (int)layout.DirectoryLength);
        Assert.Equal(
            ZipVectors.Hex("FF FF FF FF FF FF FF FF 08 00 14 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00"),
            central[20..46].ToArray()
        );
        Assert.Equal(
            ZipVectors.Hex("01 00 10 00 10 00 00 00 01 00 00 00 10 00 00 00 01 00 00 00"),
            central[54..74].ToArray()
        );
        Assert.Equal(
            ZipVectors.Hex("04 00 00 00 04 00 00 00 08 00 0C 00 00 00 00 00 00 00 00 00 00 00 FF FF FF FF"),
            central[94..120].ToArray()
        );
        Assert.Equal(ZipVectors.Hex("01 00 08 00 68 00 00 00 01 00 00 00"), central[128..140].ToArray());
        // The end record gives its place up to the zip64 one.
        Assert.Equal(ZipVectors.Hex("FF FF FF FF 00 00"), sink.Written.GetSpan(layout.Length - 6, 6));
    }

    [Theory]
    [InlineData(0xFFFFFFFE, false)]
    [InlineData(0xFFFFFFFF, true)]
    public void A_length_is_long_from_the_mark_on(long length, bool isLong)
    {
        ZipLayout layout = ZipLayout.Plan("a", [new ZipRecord("x", new ZeroSource(length))], 1);
        Assert.Equal(isLong, layout.Placements[0].IsZip64);
        Assert.Equal(length + (isLong ? 37 + 20 + 24 : 37 + 16), layout.DirectoryOffset);
    }

    [Theory]
    [InlineData(0xFFFFFFFE, false)]
    [InlineData(0xFFFFFFFF, true)]
    public void A_place_is_far_from_the_mark_on(long place, bool isFar)
    {
        ZipRecord[] records = [new("x", new ZeroSource(place - 37 - 16)), new("y", new ZeroSource(1))];
        ZipPlacement second = ZipLayout.Plan("a", records, 1).Placements[1];
        Assert.Equal(place, second.HeaderOffset);
        Assert.Equal((isFar, isFar ? 24 : 16), (second.IsZip64, second.DescriptorLength));
    }

    private sealed class ZeroSource(long length) : ByteSource
    {
        private static readonly byte[] Zeros = new byte[1 << 21];

        public override string Name => "<zeros>";

        public override long Length => length;

        public override ReadOnlySpan<byte> GetSpan(long offset, int length) => Zeros.AsSpan(0, length);
    }

    /// <summary>Keeps what is not zero.</summary>
    private sealed class SparseSink(long length) : ByteSink
    {
        private readonly SparseSource _written = new(length);

        public ByteSource Written => _written;

        public override bool IsPositioned => true;

        public override void Write(long offset, ReadOnlySpan<byte> bytes)
        {
            if (bytes.ContainsAnyExcept((byte)0))
            {
                lock (_written.Runs)
                {
                    _written.Runs.Add(offset, bytes.ToArray());
                }
            }
        }

        public override void Commit() { }

        protected override void Dispose(bool disposing) { }
    }

    private sealed class SparseSource(long length) : ByteSource
    {
        public SortedList<long, byte[]> Runs { get; } = [];

        public override string Name => "<sparse>";

        public override long Length => length;

        public override ReadOnlySpan<byte> GetSpan(long offset, int length)
        {
            byte[] bytes = new byte[length];
            foreach ((long start, byte[] run) in Runs)
            {
                long from = Math.Max(start, offset);
                long to = Math.Min(start + run.Length, offset + length);
                if (from < to)
                {
                    run.AsSpan((int)(from - start), (int)(to - from)).CopyTo(bytes.AsSpan((int)(from - offset)));
                }
            }
            return bytes;
        }
    }
}
