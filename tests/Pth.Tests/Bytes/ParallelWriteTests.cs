using System.IO.Hashing;
using System.Text;
using Pth.Bytes;

namespace Pth.Tests.Bytes;

public class ParallelWriteTests
{
    private static readonly int[] Lengths = [0, 1, 64, 1 << 20, 100_000, (1 << 20) + 1, 5_000_001, 3, 0, 3 << 20, 5];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_plan_writes_its_runs_behind_each_other_and_tells_their_checksums(bool toFile)
    {
        byte[][] contents = MakeContents();
        var plan = new WritePlan();
        var told = new uint?[contents.Length];
        for (int i = 0; i < contents.Length; i++)
        {
            int index = i;
            // Every other one, so that a missing confirmation shows.
            plan.Add(new MemorySource(contents[i]), i % 2 == 0 ? crc => told[index] = crc : null);
        }
        Assert.Equal(contents.Sum(bytes => (long)bytes.Length), plan.Length);

        Assert.Equal(contents.SelectMany(bytes => bytes), Write(toFile, plan.Length, sink => plan.Write(sink)));
        Assert.Equal(contents.Select((bytes, i) => i % 2 == 0 ? Crc32.HashToUInt32(bytes) : (uint?)null), told);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Heads_and_tails_stand_around_long_runs_and_short_ones(bool toFile)
    {
        var layout = new FramedLayout(MakeContents());
        byte[] written = Write(
            toFile,
            layout.Length,
            sink =>
                ParallelWrite.Run(
                    layout,
                    sink,
                    new TransferMeter(progress: null, layout.Length),
                    TestContext.Current.CancellationToken
                )
        );
        Assert.Equal(layout.Whole(), written);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(4 << 20)]
    public void A_confirmation_that_throws_ends_the_writing(int length)
    {
        var plan = new WritePlan();
        plan.Add(new MemorySource(new byte[length]), _ => throw new InvalidDataException("damaged"));
        using var sink = new StreamSink(Stream.Null);
        Assert.Throws<InvalidDataException>(() => plan.Write(sink));
    }

    [Fact]
    public void Progress_ends_at_the_length_and_cancelling_stops()
    {
        var plan = new WritePlan();
        plan.Add(new byte[3 << 20]);
        var progress = new LastReport();
        using var sink = new StreamSink(Stream.Null);
        plan.Write(sink, progress, TestContext.Current.CancellationToken);
        Assert.Equal(new TransferProgress(3 << 20, 3 << 20), progress.Value);

        using var cancellation = new CancellationTokenSource();
        cancellation.Cancel();
        using var other = new StreamSink(Stream.Null);
        Assert.Throws<OperationCanceledException>(() => plan.Write(other, null, cancellation.Token));
    }

    private static byte[][] MakeContents()
    {
        var random = new Random(7);
        byte[][] contents = [.. Lengths.Select(length => new byte[length])];
        Array.ForEach(contents, random.NextBytes);
        return contents;
    }

    private static byte[] Write(bool toFile, long length, Action<ByteSink> write)
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "written");
        using var stream = new MemoryStream();
        using (ByteSink sink = toFile ? ByteSink.Create(path, length, Durability.Kernel) : new StreamSink(stream))
        {
            write(sink);
            sink.Commit();
        }
        return toFile ? File.ReadAllBytes(path) : stream.ToArray();
    }

    /// <summary>Each run between its number in brackets, of growing length, and its checksum.</summary>
    private sealed class FramedLayout(byte[][] contents) : IWriteLayout
    {
        public int Count => contents.Length;

        public long Length => StartOf(Count);

        public WorkRun PlaceOf(int index)
        {
            long start = StartOf(index) + HeadOf(index).Length;
            return new WorkRun(StartOf(index), start, contents[index].Length, StartOf(index + 1));
        }

        public ByteSource DataOf(int index) => new MemorySource(contents[index]);

        public bool NeedsChecksum(int index) => true;

        public void WriteHead(int index, Span<byte> head)
        {
            Assert.Equal(HeadOf(index).Length, head.Length);
            HeadOf(index).CopyTo(head);
        }

        public void WriteTail(int index, uint crc, Span<byte> tail)
        {
            Assert.Equal(8, tail.Length);
            Encoding.ASCII.GetBytes($"{crc:x8}").CopyTo(tail);
        }

        public byte[] Whole() =>
            [
                .. contents.SelectMany(
                    (bytes, i) =>
                        (IEnumerable<byte>)
                            [.. HeadOf(i), .. bytes, .. Encoding.ASCII.GetBytes($"{Crc32.HashToUInt32(bytes):x8}")]
                ),
            ];

        // The last is longer than a worker's buffer.
        private byte[] HeadOf(int index) =>
            Encoding.ASCII.GetBytes($"[{index}]" + new string('-', index == Count - 1 ? 3 << 20 : index));

        private long StartOf(int index) =>
            Enumerable.Range(0, index).Sum(i => (long)HeadOf(i).Length + contents[i].Length + 8);
    }

    private sealed class LastReport : IProgress<TransferProgress>
    {
        public TransferProgress Value { get; private set; }

        public void Report(TransferProgress value) => Value = value;
    }
}
