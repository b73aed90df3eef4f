namespace Pth.Tests.Fixtures;

/// <summary>A damaged file gives the right tensors or a <see cref="CheckpointException"/>: never other ones, never another exception.</summary>
public class DamageTests
{
    private const int LargestToCut = 6_000;

    /// <summary>Far above what the smallest file needs, far below what a wild length would ask for.</summary>
    private const long MostMemory = 4 << 20;

    public static TheoryData<string> Small =>
        [.. Fixture.All.Select(row => row.Data).Where(name => new FileInfo(PathOf(name)).Length <= LargestToCut)];

    [Theory]
    [MemberData(nameof(Small))]
    public void Cut_at_any_byte_it_is_refused(string name)
    {
        byte[] whole = File.ReadAllBytes(PathOf(name));
        IReadOnlyList<string> right = Read(whole);
        for (int length = 0; length < whole.Length; length++)
        {
            AssertRightOrRefused(right, whole.AsMemory(0, length), $"cut to {length} bytes");
        }
    }

    [Theory]
    [InlineData("torch-1.13.1/tensor.pt")]
    [InlineData("torch-2.6.0/quantized.pt")]
    [InlineData("torch-2.14.1/strides.pt")]
    [InlineData("torch-2.14.1/sparse_bsr.pt")]
    [InlineData("torch-2.14.1/deflated.pt")]
    [InlineData("torch-2.14.1/python2_p2.pt")]
    public void Any_byte_changed_it_is_right_or_refused(string name)
    {
        byte[] whole = File.ReadAllBytes(PathOf(name));
        IReadOnlyList<string> right = Read(whole);
        foreach (byte change in (ReadOnlySpan<byte>)[0x01, 0x80, 0xFF])
        {
            for (int i = 0; i < whole.Length; i++)
            {
                whole[i] ^= change;
                AssertRightOrRefused(right, whole, $"byte 0x{i:X} xor 0x{change:X2}");
                whole[i] ^= change;
            }
        }
    }

    /// <summary>These have no checksums, so a change can give other numbers; what it cannot give is another exception, or much memory.</summary>
    [Theory]
    [InlineData("torch-2.14.1/legacy_windows.pt")]
    [InlineData("torch-1.13.1/legacy_quantized.pt")]
    [InlineData("torch-2.14.1/tar_pax_headers.pth")]
    [InlineData("torch-2.6.0/bare_p0.pkl")]
    [InlineData("torch-2.6.0/bare_p4.pkl")]
    public void Any_byte_changed_where_there_are_no_checksums_it_is_read_or_refused(string name)
    {
        byte[] whole = File.ReadAllBytes(PathOf(name));
        foreach (byte change in (ReadOnlySpan<byte>)[0x01, 0x80, 0xFF])
        {
            for (int i = 0; i < whole.Length; i++)
            {
                whole[i] ^= change;
                AssertRightOrRefused(null, whole, $"byte 0x{i:X} xor 0x{change:X2}");
                whole[i] ^= change;
            }
        }
    }

    private static void AssertRightOrRefused(IReadOnlyList<string>? right, ReadOnlyMemory<byte> damaged, string damage)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            List<string> found = Read(damaged);
            Assert.Equal(right ?? found, found);
        }
        catch (CheckpointException error)
        {
            Assert.NotEmpty(error.Message);
        }
        catch (Exception error)
        {
            Assert.Fail($"{damage}: {error}");
        }
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated < MostMemory, $"{damage}: {allocated} bytes were allocated");
    }

    /// <summary>Everything there is to know of every tensor, with all bytes of the file that tensors use.</summary>
    private static List<string> Read(ReadOnlyMemory<byte> data)
    {
        using Checkpoint checkpoint = Checkpoint.Open(data);
        var found = new List<string>();
        foreach (NamedTensor named in checkpoint.Tensors)
        {
            TensorView tensor = named.Tensor;
            string hash = tensor.Storage.IsMeta ? "" : Convert.ToHexString(tensor.Sha256());
            string shape = $"[{string.Join(',', tensor.Shape)}] [{string.Join(',', tensor.Strides)}] {tensor.Offset}";
            found.Add(
                $"{named.Name} {tensor.DType} {shape} {tensor.RequiresGrad} {tensor.Quantization is null} {hash}"
            );
        }
        return found;
    }

    private static string PathOf(string name) => Path.Combine(Repository.Fixtures, name);
}
