using Pth.Bytes;

namespace Pth.Fuzz;

/// <summary>Uses everything that was read, as a program would: a description that points outside its bytes shows only then.</summary>
internal static class Touch
{
    private const int ChunkLength = 1 << 16;
    private const int EndLength = 1 << 12;

    /// <summary>Opens an input and uses its tensors, state dict, indices and checksums. Refusals of single parts are no findings.</summary>
    public static void Open(ReadOnlyMemory<byte> input)
    {
        using Checkpoint checkpoint = Checkpoint.Open(input);
        Use(checkpoint);
    }

    public static void Use(Checkpoint checkpoint)
    {
        foreach (NamedTensor named in checkpoint.Tensors)
        {
            Use(named.Tensor);
        }
        Try(() => checkpoint.VerifyIndices());
        Try(() => checkpoint.VerifyChecksums());
        Try(() =>
        {
            foreach ((_, TensorView tensor) in checkpoint.StateDict)
            {
                Use(tensor);
            }
        });
    }

    /// <summary>Describes a tensor, and copies its first and last elements out.</summary>
    public static void Use(TensorView tensor)
    {
        if (tensor.Shape.Length != tensor.Strides.Length && tensor.Layout == TensorLayout.Strided)
        {
            throw new InvalidOperationException("shape and strides differ in length");
        }
        _ = tensor.IsContiguous;
        foreach (TensorPart part in tensor.Parts)
        {
            Use(part.Tensor);
        }
        if (tensor.Layout != TensorLayout.Strided || tensor.Storage.IsMeta)
        {
            return;
        }
        CopyEnds(tensor);
        if (tensor is { DType: var dtype, IsNegated: false } && dtype == DType.Float32)
        {
            SumFirst(tensor);
        }
    }

    // Into a buffer on the stack, as memory is counted.
    private static void CopyEnds(TensorView tensor)
    {
        Span<byte> buffer = stackalloc byte[EndLength];
        int size = tensor.DType.ItemSize;
        buffer = buffer[..(int)(Math.Min(EndLength, tensor.ByteCount) / size * size)];
        try
        {
            tensor.CopyTo(0, buffer);
            tensor.CopyTo((tensor.ByteCount - buffer.Length) / size * tensor.DType.ValuesPerByte, buffer);
        }
        catch (CheckpointException damaged)
        {
            _ = damaged.Message;
        }
    }

    /// <summary>Reads all bytes of a source.</summary>
    public static long Sum(ByteSource source)
    {
        long sum = 0;
        for (long offset = 0; offset < source.Length; offset += ChunkLength)
        {
            foreach (byte one in source.GetSpan(offset, (int)Math.Min(ChunkLength, source.Length - offset)))
            {
                sum += one;
            }
        }
        return sum;
    }

    /// <summary>Lets a refusal of one part pass.</summary>
    public static void Try(Action action)
    {
        try
        {
            action();
        }
        catch (CheckpointException refused)
        {
            _ = refused.Message;
        }
    }

    private static void SumFirst(TensorView tensor)
    {
        try
        {
            var span = tensor.AsTensorSpan<float>();
            if (span.FlattenedLength > 0)
            {
                // By their indices, so that strides count.
                Span<nint> last = stackalloc nint[span.Rank];
                for (int i = 0; i < last.Length; i++)
                {
                    last[i] = span.Lengths[i] - 1;
                }
                _ = span[last];
            }
        }
        // Tensor spans refuse strides that overlap; the documentation says so.
        catch (InvalidOperationException overlap)
        {
            _ = overlap.Message;
        }
    }
}
