using System.Collections.Immutable;
using System.Numerics;
using System.Security.Cryptography;
using CsCheck;
using Pth.Bytes;
using Pth.Errors;

namespace Pth.Tests.Tensors;

public class TensorViewCopyTests
{
    [Fact]
    public void Copies_any_strided_view_as_a_plain_loop_does() =>
        StridedViews.Any.Sample(
            view =>
            {
                var copy = new byte[view.View().ByteCount];
                view.View().CopyTo(copy.AsSpan());
                Assert.Equal(view.RowMajor(), copy);
            },
            iter: 2_000
        );

    [Fact]
    public void Copies_any_range_of_any_view() =>
        (
            from view in StridedViews.Any
            from first in Gen.Long[0, view.Count]
            from count in Gen.Long[0, view.Count - first]
            select (view, first, count)
        ).Sample(
            sample =>
            {
                (StridedViews.Case view, long first, long count) = sample;
                var part = new byte[count * view.ItemSize];
                view.View().CopyTo(first, part.AsSpan());
                Assert.Equal(view.RowMajor().Skip((int)first * view.ItemSize).Take(part.Length), part);
            },
            iter: 2_000
        );

    [Fact]
    public void Large_transposes_are_copied_right()
    {
        const int rows = 301;
        const int columns = 517;
        int[] numbers = [.. Enumerable.Range(0, rows * columns)];
        TensorView whole = TensorView.FromArray(numbers, [rows, columns]);
        var transposed = new TensorView(whole.Storage, DType.Int32, [columns, rows], [1, columns]);

        int[] copy = transposed.ToArray<int>();

        for (int i = 0; i < copy.Length; i++)
        {
            Assert.Equal((i % rows * columns) + (i / rows), copy[i]);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(16)]
    public void Large_views_of_every_size_are_copied_as_a_plain_loop_does(int itemSize)
    {
        // Wider than a tile both ways, odd sizes, and gaps between rows.
        (long[] Shape, long[] Strides)[] views =
        [
            ([3, 77, 70], [5600, 1, 80]),
            ([130, 33], [1, 131]),
            ([33, 130], [1, 40]),
            ([200, 3], [4, 1]),
            ([100, 20], [25, 1]),
            ([4, 50, 7], [0, 9, 1]),
            ([50, 9], [0, 2]),
            ([9, 50, 5], [7, 70, 1]),
        ];
        foreach ((long[] shape, long[] strides) in views)
        {
            long last = 2 + shape.Zip(strides, (size, stride) => (size - 1) * stride).Sum();
            var bytes = new byte[(last + 1) * itemSize];
            new Random(1).NextBytes(bytes);
            var view = new StridedViews.Case(itemSize, shape, strides, 2, bytes);
            var copy = new byte[view.View().ByteCount];
            view.View().CopyTo(copy.AsSpan());
            Assert.Equal(view.RowMajor(), copy);
        }
    }

    [Fact]
    public void Elements_beyond_2_GB_are_reached()
    {
        long far = (1L << 31) + 1000;
        using var memory = new NativeMemorySource(far + 2000);
        memory.GetWritableSpan(0, 1)[0] = 1;
        memory.GetWritableSpan(far, 1)[0] = 2;
        memory.GetWritableSpan(far + 100, 1)[0] = 3;
        var storage = new Storage(memory, DType.UInt8);

        var ends = new TensorView(storage, DType.UInt8, [2, 2], [100, far]);
        Assert.Equal([1, 2], ends.Select(0, 0).ToArray<byte>());
        Assert.Equal(2, ends.Select(1, 1).ToArray<byte>()[0]);
        Assert.Equal(3, ends.Select(1, 1).ToArray<byte>()[1]);
        Assert.Equal(2, ends.ToArray<byte>()[1]);

        var whole = new TensorView(storage, DType.UInt8, [far + 2000], [1]);
        var part = new byte[101];
        whole.CopyTo(far, part.AsSpan());
        Assert.Equal((2, 3), (part[0], part[100]));
        Assert.Equal(3, whole.AsTensorSpan<byte>()[(nint)far + 100]);
        Assert.Throws<InvalidOperationException>(() => whole.AsSpan<byte>());
        Assert.Throws<InvalidOperationException>(() => whole.ToArray<byte>());

        var every = new TensorView(storage, DType.UInt8, [(far / 100) + 2], [100], far % 100);
        every.CopyTo((far / 100) - 1, part.AsSpan(0, 3));
        Assert.Equal((2, 3), (part[1], part[2]));
    }

    [Fact]
    public void Writing_to_a_stream_and_hashing_give_the_copied_bytes() =>
        StridedViews.Any.Sample(
            view =>
            {
                using var stream = new MemoryStream();
                view.View().WriteTo(stream, cancellationToken: TestContext.Current.CancellationToken);
                Assert.Equal(view.RowMajor(), stream.ToArray());
                Assert.Equal(
                    SHA256.HashData(view.RowMajor()),
                    view.View().Sha256(cancellationToken: TestContext.Current.CancellationToken)
                );
            },
            iter: 300
        );

    [Fact]
    public void An_expanded_tensor_is_streamed_without_being_made()
    {
        TensorView one = TensorView.Scalar(1.5f);
        var expanded = new TensorView(one.Storage, DType.Float32, [3, 1_000_000], [0, 0]);
        long most = 0;
        byte[] hash = expanded.Sha256(new Reports(done => most = done), TestContext.Current.CancellationToken);

        float[] same = new float[3_000_000];
        Array.Fill(same, 1.5f);
        Assert.Equal(SHA256.HashData(System.Runtime.InteropServices.MemoryMarshal.AsBytes(same.AsSpan())), hash);
        Assert.Equal(12_000_000, most);
    }

    [Fact]
    public void Streaming_stops_when_cancelled()
    {
        TensorView one = TensorView.Scalar(1.5f);
        var endless = new TensorView(one.Storage, DType.Float32, [1L << 50], [0]);
        using var cancellation = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() =>
            endless.Sha256(new Reports(_ => cancellation.Cancel()), cancellation.Token)
        );
    }

    [Fact]
    public void Conjugation_is_applied()
    {
        var numbers = TensorView.FromArray(new[] { new Complex(1, 2), new Complex(-3, -0.0), new Complex(0, 5) });
        TensorView conjugated = new(numbers.Storage, DType.Complex128, [3], [1]) { IsConjugated = true };
        Assert.Equal([new(1, -2), new(-3, 0.0), new(0, -5)], conjugated.ToArray<Complex>());
        Assert.False(double.IsNegative(conjugated.ToArray<Complex>()[1].Imaginary));
    }

    [Theory]
    [InlineData(DType.Complex64, true, false, "0000803F000000C0", "0000803F00000040")]
    [InlineData(DType.Complex64, false, true, "0000803F000000C0", "000080BF00000040")]
    [InlineData(DType.Complex64, true, true, "0000803F000000C0", "000080BF000000C0")]
    [InlineData(DType.Complex32, true, false, "003C00C0", "003C0040")]
    [InlineData(DType.BComplex32, true, false, "803F00C0", "803F0040")]
    [InlineData(DType.Float32, true, false, "0000803F", "0000803F")]
    [InlineData(DType.Float32, false, true, "0000803F", "000080BF")]
    [InlineData(DType.Float64, false, true, "0000000000000000", "0000000000000080")]
    [InlineData(DType.Float16, false, true, "003C", "00BC")]
    [InlineData(DType.BFloat16, false, true, "803F", "80BF")]
    [InlineData(DType.Int8, false, true, "80", "80")]
    [InlineData(DType.UInt8, false, true, "01", "FF")]
    [InlineData(DType.Int64, false, true, "0500000000000000", "FBFFFFFFFFFFFFFF")]
    public void Flags_change_signs(DType dtype, bool conjugate, bool negate, string stored, string copied)
    {
        // 21 times over, so that both the wide and the narrow part of the work are seen.
        byte[] bytes = [.. Enumerable.Repeat(Convert.FromHexString(stored), 21).SelectMany(element => element)];
        TensorView plain = TensorView.FromBytes(dtype, bytes, [21]);
        TensorView flagged = new(plain.Storage, dtype, [21], [1]) { IsConjugated = conjugate, IsNegated = negate };
        var copy = new byte[bytes.Length];
        flagged.CopyTo(copy.AsSpan());
        Assert.Equal(string.Concat(Enumerable.Repeat(copied, 21)), Convert.ToHexString(copy));
    }

    [Fact]
    public void A_flag_that_the_type_does_not_know_is_refused()
    {
        TensorView plain = TensorView.FromArray(new[] { true });
        TensorView negated = new(plain.Storage, DType.Bool, [1], [1]) { IsNegated = true };
        Assert.Throws<InvalidOperationException>(() => negated.ToArray<bool>());
    }

    [Fact]
    public void A_wrong_checksum_stops_copies_and_not_spans()
    {
        var bytes = new MemorySource(new byte[] { 1, 2, 3, 4 });
        var checksum = new StorageChecksum(bytes, 0x12345678, new ErrorLocation("a.pth", "a/data/0"));
        var view = new TensorView(new Storage(bytes, DType.UInt8, checksum: checksum), DType.UInt8, [4], [1]);

        Assert.Equal(2, view.AsTensorSpan<byte>()[1]);
        Action[] copies =
        [
            () => view.ToArray<byte>(),
            () => view.CopyTo(new byte[4].AsSpan()),
            () => view.CopyTo(1, new byte[1].AsSpan()),
            () => view.WriteTo(Stream.Null, cancellationToken: TestContext.Current.CancellationToken),
            () => view.Sha256(cancellationToken: TestContext.Current.CancellationToken),
        ];
        foreach (Action copy in copies)
        {
            CheckpointException error = Assert.Throws<CheckpointException>(copy);
            Assert.Equal(CheckpointErrorKind.ChecksumMismatch, error.Kind);
            Assert.Equal("a/data/0", error.Entry);
        }
    }

    [Fact]
    public void Two_values_of_a_byte_are_counted_as_PyTorch_does()
    {
        // Made by torch.quantize_per_tensor(torch.arange(15.).reshape(3, 5), 1, 0, torch.quint4x2).
        byte[] storage = Convert.FromHexString("1032547698BADC0E30");
        var view = new TensorView(
            TensorView.FromBytes(DType.UInt8, storage, [9]).Storage,
            DType.QUInt4x2,
            [3, 5],
            [5, 1]
        );
        Assert.Equal(8, view.ByteCount);
        var copy = new byte[8];
        view.CopyTo(copy.AsSpan());
        Assert.Equal(storage[..8], copy);
        view.CopyTo(4, copy.AsSpan(0, 2));
        Assert.Equal(storage[2..4], copy[..2]);
        Assert.Throws<ArgumentException>(() => view.CopyTo(3, copy.AsSpan(0, 1)));
        TensorView part = new(view.Storage, DType.QUInt4x2, [5], [1], 5);
        Assert.Throws<InvalidOperationException>(() => part.CopyTo(copy.AsSpan()));
    }

    [Fact]
    public void Wrong_destinations_are_refused()
    {
        TensorView view = TensorView.FromArray(new short[] { 1, 2, 3 });
        Assert.Throws<ArgumentException>(() => view.CopyTo(new byte[5].AsSpan()));
        Assert.Throws<ArgumentException>(() => view.CopyTo(new short[2].AsSpan()));
        Assert.Throws<ArgumentException>(() => view.CopyTo(2, new byte[4].AsSpan()));
        Assert.Throws<ArgumentException>(() => view.CopyTo(0, new byte[3].AsSpan()));
        Assert.Throws<ArgumentOutOfRangeException>(() => view.CopyTo(4, []));
        Assert.Throws<ArgumentOutOfRangeException>(() => view.CopyTo(-1, []));
        Assert.Throws<InvalidOperationException>(() => view.CopyTo(new ushort[3].AsSpan()));
        Assert.Throws<InvalidOperationException>(() => view.ToArray<Half>());
        view.CopyTo(3, []);
    }

    [Fact]
    public void Tensors_without_elements_of_their_own_are_refused()
    {
        TensorView values = TensorView.FromArray(new[] { 1f });
        TensorView sparse = TensorView.FromParts(
            TensorLayout.SparseCoo,
            DType.Float32,
            [4],
            [new("indices", TensorView.FromArray(new long[1, 1])), new("values", values)]
        );
        var error = Assert.Throws<InvalidOperationException>(() => sparse.ToArray<float>());
        Assert.Contains("indices, values", error.Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => sparse.AsTensorSpan<float>());

        var meta = new TensorView(Storage.Meta(16, DType.Float32), DType.Float32, [4], [1]);
        Assert.Throws<InvalidOperationException>(() => meta.ToArray<float>());
        Assert.Throws<InvalidOperationException>(() => meta.AsTensorSpan<float>());
        Assert.Throws<InvalidOperationException>(() =>
            meta.Sha256(cancellationToken: TestContext.Current.CancellationToken)
        );
    }

    private sealed class Reports(Action<long> report) : IProgress<long>
    {
        public void Report(long value) => report(value);
    }
}
