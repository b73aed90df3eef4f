using System.Runtime.InteropServices;
using Pth.Bytes;

namespace Pth.Torch.Tensors;

/// <summary>A tensor of a file that is copied to memory of the same element type.</summary>
/// <param name="View">The tensor, its dimensions in the order in which the elements lie in memory.</param>
/// <param name="Address">Where they go.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct DirectCopy(TensorView View, nint Address)
{
    /// <summary>What is read in one go.</summary>
    private const int BlockLength = 1 << 20;

    public long Length => View.ByteCount;

    public WorkRun AsRun() => new(Address, Address, Length, Address + Length);

    /// <summary>Copies whole elements.</summary>
    public unsafe void Run(long offset, long length, TransferMeter meter, CancellationToken cancellationToken)
    {
        for (long end = offset + length; offset < end; )
        {
            cancellationToken.ThrowIfCancellationRequested();
            int count = (int)Math.Min(BlockLength, end - offset);
            View.CopyElements(offset / View.DType.ItemSize, new Span<byte>((byte*)Address + offset, count));
            meter.Add(count);
            offset += count;
        }
    }
}
