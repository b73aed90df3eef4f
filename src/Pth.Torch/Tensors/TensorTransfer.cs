using Pth.Bytes;
using Pth.Tensors;
using Pth.Torch.Native;
using TorchSharp;

namespace Pth.Torch.Tensors;

/// <summary>
/// Copies many tensors of a file into tensors that exist, on all cores: straight into their memory where the element types are the same, else
/// through a small buffer for each core.
/// </summary>
internal sealed class TensorTransfer
{
    /// <summary>A huge page: two threads that fill one between them would both wait while it is cleared.</summary>
    private const int ChunkLength = 2 << 20;

    private readonly List<DirectCopy> _direct = [];
    private readonly List<(TensorView View, torch.Tensor Target)> _staged = [];

    /// <summary>Whether everything goes through the buffer, as it must to other devices.</summary>
    public bool IsStagedOnly { get; init; }

    /// <summary>The storages that are read.</summary>
    public IEnumerable<Storage> Storages =>
        _direct.Select(copy => copy.View.Storage).Concat(_staged.Select(copy => copy.View.Storage));

    /// <summary>Plans a copy. Where two have the same target, the later counts.</summary>
    /// <param name="view">One that <see cref="Conversions.FindFault"/> has nothing against.</param>
    /// <param name="target">A tensor of the same shape.</param>
    public void Add(TensorView view, torch.Tensor target)
    {
        if (view.ElementCount == 0)
        {
            return;
        }
        if (
            !IsStagedOnly
            && !view.DType.IsQuantized
            && ScalarTypes.Find(view.DType) == target.dtype
            && TensorMemory.Find(target) is { } memory
        )
        {
            _direct.Add(new DirectCopy(view.Permute(memory.Order.AsSpan()), memory.Address));
        }
        else
        {
            _staged.Add((view, target));
        }
    }

    /// <summary>Checks the checksums of what will be read, where the file has any.</summary>
    /// <exception cref="CheckpointException"><see cref="CheckpointErrorKind.ChecksumMismatch"/>.</exception>
    public void Verify(CancellationToken cancellationToken) => ChecksumPass.Require(Storages, cancellationToken);

    /// <summary>Does it.</summary>
    public void Run(IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        var meter = new TransferMeter(
            progress,
            _direct.Sum(copy => copy.Length) + _staged.Sum(copy => copy.View.ByteCount)
        );
        RunDirect(meter, cancellationToken);
        RunStaged(meter, cancellationToken);
        meter.Finish();
    }

    private void RunDirect(TransferMeter meter, CancellationToken cancellationToken)
    {
        // By address, and of those that write to the same place the last.
        DirectCopy[] copies =
        [
            .. _direct
                .AsEnumerable()
                .Reverse()
                .DistinctBy(copy => (copy.Address, copy.Length))
                .OrderBy(copy => copy.Address),
        ];
        bool overlap = false;
        for (int i = 1; i < copies.Length; i++)
        {
            overlap |= copies[i].Address < copies[i - 1].Address + copies[i - 1].Length;
        }
        if (overlap)
        {
            // Views into each other, one after the other as PyTorch copies them.
            copies = [.. _direct];
            foreach (DirectCopy copy in copies)
            {
                copy.Run(0, copy.Length, meter, cancellationToken);
            }
            return;
        }
        List<WorkPiece> pieces = WorkPlan.Create(copies.Length, i => copies[i].AsRun(), ChunkLength);
        ParallelWork.Run(
            pieces.Count,
            ParallelWork.Workers,
            () => 0,
            (index, _) =>
            {
                WorkPiece piece = pieces[index];
                if (piece.Split is not null)
                {
                    copies[piece.First].Run(piece.Offset, piece.Length, meter, cancellationToken);
                    return;
                }
                for (int i = piece.First; i < piece.First + piece.Count; i++)
                {
                    copies[i].Run(0, copies[i].Length, meter, cancellationToken);
                }
            },
            cancellationToken
        );
    }

    private void RunStaged(TransferMeter meter, CancellationToken cancellationToken)
    {
        if (_staged.Count == 0)
        {
            return;
        }
        // Views of the targets only; they are given back at the end.
        using DisposeScope scope = torch.NewDisposeScope();
        var pieces = new List<(TensorView View, torch.Tensor Target)>();
        foreach (
            (TensorView view, torch.Tensor target) in _staged
                .AsEnumerable()
                .Reverse()
                .DistinctBy(copy => copy.Target.Handle)
        )
        {
            Cut(view, target, StagingBuffer.Capacity(view, target.dtype), pieces);
        }
        // Another device takes one copy at a time.
        int workers = _staged.TrueForAll(copy => copy.Target.device_type == DeviceType.CPU) ? ParallelWork.Workers : 1;
        var buffers = new List<StagingBuffer>();
        try
        {
            ParallelWork.Run(
                pieces.Count,
                workers,
                () =>
                {
                    var buffer = new StagingBuffer();
                    lock (buffers)
                    {
                        buffers.Add(buffer);
                    }
                    return buffer;
                },
                (index, buffer) =>
                {
                    using IDisposable withoutGradients = torch.no_grad();
                    buffer.Copy(pieces[index].View, pieces[index].Target);
                    meter.Add(pieces[index].View.ByteCount);
                },
                cancellationToken
            );
        }
        finally
        {
            buffers.ForEach(buffer => buffer.Dispose());
        }
    }

    // A dimension each time: no deeper than PyTorch's most dimensions.
    private static void Cut(
        TensorView view,
        torch.Tensor target,
        long capacity,
        List<(TensorView View, torch.Tensor Target)> pieces
    )
    {
        if (view.ElementCount <= capacity)
        {
            pieces.Add((view, target));
            return;
        }
        int dimension = view.Shape.AsSpan().IndexOfAnyExcept(1);
        long size = view.Shape[dimension];
        long rows = Math.Max(1, capacity / (view.ElementCount / size));
        for (long row = 0; row < size; row += rows)
        {
            long count = Math.Min(rows, size - row);
            Cut(view.Narrow(dimension, row, count), target.narrow(dimension, row, count), capacity, pieces);
        }
    }
}
