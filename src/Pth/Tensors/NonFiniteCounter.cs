using Pth.Bytes;

namespace Pth.Tensors;

/// <summary>Counts NaN and infinity in many tensors with all cores.</summary>
internal sealed class NonFiniteCounter(IReadOnlyList<TensorView> tensors, IProgress<TransferProgress>? progress)
{
    private const int ChunkLength = 1 << 20;

    /// <summary>What a strided view is copied into; it stays in the core's cache.</summary>
    private const int BufferLength = 1 << 16;

    /// <summary>As large as the largest element, so that no chunk cuts one.</summary>
    private const int Alignment = 16;

    private readonly NonFiniteTally[] _tallies = new NonFiniteTally[tensors.Count];
    private readonly Lock _gate = new();

    public IReadOnlyList<NonFiniteCounts> Run(CancellationToken cancellationToken)
    {
        ElementTypes.RequireLittleEndian();
        foreach (TensorView tensor in tensors)
        {
            tensor.RequireStrided();
            _ = tensor.Storage.Data;
        }
        ChecksumPass.Require(tensors.Select(tensor => tensor.Storage), cancellationToken);

        // Those whose values cannot be anything but finite are not looked at.
        int[] real =
        [
            .. Enumerable
                .Range(0, tensors.Count)
                .Where(i => tensors[i].Quantization is not null || NonFiniteScan.IsPossible(tensors[i].DType)),
        ];
        var meter = new TransferMeter(progress, tensors.Sum(tensor => tensor.ByteCount));
        long place = 0;
        List<WorkPiece> pieces = WorkPlan.Create(
            real.Length,
            i =>
            {
                long start = place;
                long length = tensors[real[i]].ByteCount;
                place = (start + length + Alignment - 1) / Alignment * Alignment;
                return new WorkRun(start, start, length, start + length);
            },
            ChunkLength
        );
        ParallelWork.Run(
            pieces.Count,
            ParallelWork.Workers,
            () => new byte[BufferLength],
            (index, buffer) => Count(pieces[index], real, buffer, meter),
            cancellationToken
        );
        meter.Finish();
        return [.. tensors.Select(Counts)];
    }

    private NonFiniteCounts Counts(TensorView tensor, int index) =>
        new(
            tensor.DType == DType.Float4E2M1FnX2 ? checked(tensor.ElementCount * 2) : tensor.ElementCount,
            _tallies[index].NaNs,
            _tallies[index].PositiveInfinities,
            _tallies[index].NegativeInfinities
        );

    private void Count(WorkPiece piece, int[] real, byte[] buffer, TransferMeter meter)
    {
        for (int i = piece.First; i < piece.First + piece.Count; i++)
        {
            TensorView tensor = tensors[real[i]];
            long offset = piece.Split is null ? 0 : piece.Offset;
            long length = piece.Split is null ? tensor.ByteCount : piece.Length;
            var tally = new NonFiniteTally();
            if (length == 0)
            {
                continue;
            }
            if (tensor.Quantization is not null)
            {
                CountReals(tensor, offset, length, ref tally);
            }
            else if (tensor.IsContiguous && !tensor.IsNegated && !tensor.IsConjugated)
            {
                long start = tensor.Offset * tensor.DType.ItemSize + offset;
                NonFiniteScan.Count(tensor.DType, tensor.Storage.Data.GetSpan(start, (int)length), ref tally);
            }
            else
            {
                CountCopied(tensor, offset, length, buffer, ref tally);
            }
            meter.Add(length);
            if (!tally.IsEmpty)
            {
                lock (_gate)
                {
                    _tallies[real[i]].Add(tally);
                }
            }
        }
    }

    private static void CountCopied(
        TensorView tensor,
        long offset,
        long length,
        byte[] buffer,
        ref NonFiniteTally tally
    )
    {
        for (long end = offset + length; offset < end; )
        {
            Span<byte> elements = buffer.AsSpan(0, (int)Math.Min(buffer.Length, end - offset));
            tensor.CopyElements(offset / tensor.DType.ItemSize, elements);
            NonFiniteScan.Count(tensor.DType, elements, ref tally);
            offset += elements.Length;
        }
    }

    private static void CountReals(TensorView tensor, long offset, long length, ref NonFiniteTally tally)
    {
        var reader = new ElementReader(tensor);
        DType dtype = tensor.DType;
        long first = offset / dtype.ItemSize * dtype.ValuesPerByte;
        long end = Math.Min(tensor.ElementCount, (offset + length) / dtype.ItemSize * dtype.ValuesPerByte);
        var values = new double[Math.Min(BufferLength / sizeof(double), end - first)];
        while (first < end)
        {
            Span<double> part = values.AsSpan(0, (int)Math.Min(values.Length, end - first));
            reader.Read(first, part);
            tally.Add(dtype, part);
            first += part.Length;
        }
    }
}
