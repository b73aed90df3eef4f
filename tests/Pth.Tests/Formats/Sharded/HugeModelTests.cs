using System.Globalization;
using System.Text;
using Pth.Formats.Sharded;
using Pth.Tests.Formats.SafeTensors;

namespace Pth.Tests.Formats.Sharded;

public sealed class HugeModelTests : IDisposable
{
    private const int Tensors = 2_000;
    private const long TensorBytes = 10_000_000;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Twenty_gigabytes_are_listed_and_planned_as_shards_with_little_memory()
    {
        string path = MakeSparse();
        long before = GC.GetAllocatedBytesForCurrentThread();

        using Checkpoint checkpoint = Checkpoint.Open(path);
        IReadOnlyList<NamedTensor> tensors = checkpoint.Tensors;
        var plan = ShardPlan.Make([.. checkpoint.StateDict], 5_000_000_000, isShared: true);

        Assert.Equal((Tensors, Tensors * TensorBytes), (tensors.Count, plan.TotalSize));
        Assert.Equal([500, 500, 500, 500], plan.Shards.Select(shard => shard.Count));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 1, 16 << 20);
        // The last bytes of the file are those of the last tensor.
        TensorView last = checkpoint.StateDict[$"layer.{Tensors - 1}.weight"];
        var bytes = new byte[4];
        last.CopyTo(last.ElementCount - 4, bytes);
        Assert.Equal("tail"u8, bytes);
    }

    [Fact]
    public void A_stream_of_a_gigabyte_is_written_with_the_memory_of_a_buffer()
    {
        string path = MakeSparse();
        using Checkpoint checkpoint = Checkpoint.Open(path);
        var part = new PyDict();
        foreach ((string name, TensorView tensor) in checkpoint.StateDict.TakeLast(100))
        {
            part[name] = tensor;
        }
        using var counted = new CountingStream();
        long before = GC.GetAllocatedBytesForCurrentThread();

        SaveSummary summary = Checkpoint.Save(counted, part, SafeTensorsFile.Options);

        Assert.Equal(summary.FileLength, counted.Written);
        Assert.True(counted.Written > 100 * TensorBytes);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 1, 16 << 20);
    }

    [Fact]
    public void Ten_thousand_tensors_in_fifty_shards_are_opened_in_a_moment()
    {
        PyDict root = new();
        for (int i = 0; i < 10_000; i++)
        {
            root[$"model.layers.{i / 10}.part{i % 10}.weight"] = TensorView.FromArray<float>([i, i], [2]);
        }
        ShardedSaveSummary summary = Checkpoint.SaveSharded(_folder.Path, root, 200 * 8, SafeTensorsFile.Options);
        Assert.Equal(50, summary.Files.Count);
        long before = GC.GetAllocatedBytesForCurrentThread();

        using Checkpoint checkpoint = Checkpoint.Open(_folder.Path);

        Assert.Equal(10_000, checkpoint.StateDict.Count);
        // In proportion to the names: nothing is looked for by walking through all of them.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 1, 48 << 20);
        Assert.Equal([9_999, 9_999], checkpoint.StateDict["model.layers.999.part9.weight"].ToArray<float>());
    }

    private string MakeSparse()
    {
        var header = new StringBuilder("{");
        for (int i = 0; i < Tensors; i++)
        {
            header.Append(
                CultureInfo.InvariantCulture,
                $"{(i == 0 ? "" : ",")}\"layer.{i}.weight\":{{\"dtype\":\"U8\",\"shape\":[{TensorBytes}],\"data_offsets\":[{i * TensorBytes},{(i + 1) * TensorBytes}]}}"
            );
        }
        header.Append('}');
        string path = _folder.Write("huge.safetensors", SafeTensorsFile.Make(header.ToString(), 0));
        using FileStream file = File.OpenWrite(path);
        file.SetLength(file.Length + (Tensors * TensorBytes));
        file.Seek(-4, SeekOrigin.End);
        file.Write("tail"u8);
        return path;
    }

    private sealed class CountingStream : Stream
    {
        public long Written { get; private set; }

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Write(ReadOnlySpan<byte> buffer) => Written += buffer.Length;

        public override void Write(byte[] buffer, int offset, int count) => Written += count;

        public override void Flush() { }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
