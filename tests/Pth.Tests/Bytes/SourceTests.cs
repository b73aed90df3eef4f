using System.IO.Pipelines;
using Pth.Bytes;

namespace Pth.Tests.Bytes;

public class SourceTests
{
    [Fact]
    public void A_file_gives_its_bytes_in_place_and_as_a_copy()
    {
        using var folder = new TemporaryFolder();
        using ByteSource source = FileSource.Open(folder.Write("a.bin", "0123456789"u8));
        byte[] buffer = new byte[4];

        Assert.Equal(10, source.Length);
        Assert.Equal("3456"u8, source.GetSpan(3, 4));
        source.CopyTo(6, buffer);
        Assert.Equal("6789"u8, buffer);
        Assert.Equal("12"u8, source.Read(1, 2, buffer));
        Assert.Equal("45"u8, source.Slice(2, 6).Slice(2, 2).GetSpan(0, 2));
        Assert.True(source.GetSpan(10, 0).IsEmpty);
    }

    [Fact]
    public void An_empty_file_is_an_empty_source()
    {
        using var folder = new TemporaryFolder();
        using ByteSource source = FileSource.Open(folder.Write("a.bin", []));
        Assert.Equal(0, source.Length);
        Assert.True(source.GetSpan(0, 0).IsEmpty);
        source.CopyTo(0, []);
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(0, 11)]
    [InlineData(10, 1)]
    [InlineData(11, 0)]
    [InlineData(long.MaxValue, 1)]
    [InlineData(0, -1)]
    public void Ranges_outside_the_source_are_refused(long offset, int length)
    {
        using var folder = new TemporaryFolder();
        using ByteSource file = FileSource.Open(folder.Write("a.bin", "0123456789"u8));
        using var native = new NativeMemorySource(10);
        var memory = new MemorySource("0123456789"u8.ToArray());
        foreach (ByteSource source in new[] { file, native, memory, file.Slice(0, 10), memory.Slice(0, 10) })
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => source.GetSpan(offset, length).Length);
            Assert.Throws<ArgumentOutOfRangeException>(() => source.Slice(offset, length));
        }
    }

    [Fact]
    public void After_disposal_every_access_throws()
    {
        using var folder = new TemporaryFolder();
        ByteSource file = FileSource.Open(folder.Write("a.bin", "0123456789"u8));
        ByteSource empty = FileSource.Open(folder.Write("b.bin", []));
        var native = new NativeMemorySource(10);
        ByteSource stream = StreamSource.ReadAll(new MemoryStream(new byte[10]), "<stream>");
        foreach (ByteSource source in new[] { file, empty, native, stream })
        {
            ByteSource slice = source.Slice(0, 0);
            source.Dispose();
            source.Dispose();
            Assert.Throws<ObjectDisposedException>(() => source.GetSpan(0, 0).Length);
            Assert.Throws<ObjectDisposedException>(() => source.CopyTo(0, []));
            Assert.Throws<ObjectDisposedException>(() => slice.GetSpan(0, 0).Length);
        }
    }

    [Fact]
    public void A_file_that_was_cut_short_is_reported()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Write("a.bin", new byte[10_000]);
        using ByteSource source = FileSource.Open(path);
        using (var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            file.SetLength(5_000);
        }
        Assert.Throws<EndOfStreamException>(() => source.CopyTo(0, new byte[10_000]));
        Assert.Throws<EndOfStreamException>(() => source.GetSpan(0, 1).Length);
    }

    [Fact]
    public void Offsets_beyond_4_GB_are_read()
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "sparse.bin");
        const long Place = 5L << 30;
        using (FileStream file = File.Create(path))
        {
            file.Position = Place;
            file.Write("far away"u8);
        }
        using ByteSource source = FileSource.Open(path);
        byte[] copy = new byte[4];
        source.CopyTo(Place, copy);
        Assert.Equal(Place + 8, source.Length);
        Assert.Equal("away"u8, source.GetSpan(Place + 4, 4));
        Assert.Equal("far "u8, copy);
    }

    [Fact]
    public void Large_memory_is_aligned_to_huge_pages_and_writable()
    {
        using var source = new NativeMemorySource(5_000_000);
        source.GetWritableSpan(4_999_996, 4).Fill(7);
        Assert.Equal((byte[])[7, 7, 7, 7], source.GetSpan(4_999_996, 4));
        unsafe
        {
            fixed (byte* start = source.GetSpan(0, 1))
            {
                Assert.Equal(0u, (nuint)start % (2 << 20));
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1 << 20)]
    [InlineData((1 << 20) + 1)]
    [InlineData(5_000_000)]
    public void A_stream_is_read_to_its_end_whether_it_knows_it_or_not(int length)
    {
        byte[] bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        using ByteSource seekable = StreamSource.ReadAll(new MemoryStream(bytes), "<stream>");
        using Stream pipe = PipeReader.Create(new System.Buffers.ReadOnlySequence<byte>(bytes)).AsStream();
        using ByteSource unseekable = StreamSource.ReadAll(pipe, "<pipe>");
        Assert.False(pipe.CanSeek);
        Assert.Equal(bytes, seekable.GetSpan(0, (int)seekable.Length));
        Assert.Equal(bytes, unseekable.GetSpan(0, (int)unseekable.Length));
        Assert.Equal("<pipe>", unseekable.Name);
    }

    [Fact]
    public void A_stream_is_read_from_where_it_stands()
    {
        var stream = new MemoryStream("0123456789"u8.ToArray()) { Position = 4 };
        using ByteSource source = StreamSource.ReadAll(stream, "<stream>");
        Assert.Equal("456789"u8, source.GetSpan(0, (int)source.Length));
    }
}
