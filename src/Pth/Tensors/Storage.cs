using Pth.Bytes;

namespace Pth;

/// <summary>
/// A run of bytes that one or more tensors look at, as <c>torch.UntypedStorage</c>. Two tensors are tied when they share one.
/// </summary>
/// <remarks>Storages are compared by reference. One that was read from a file is valid until its checkpoint is disposed.</remarks>
public sealed partial class Storage
{
    private readonly ByteSource? _data;
    private readonly StorageChecksum? _checksum;

    internal Storage(ByteSource data, DType dtype, string device = "cpu", StorageChecksum? checksum = null)
    {
        _data = data;
        _checksum = checksum;
        DType = dtype;
        Device = device;
        ByteCount = data.Length;
    }

    private Storage(long byteCount, DType dtype)
    {
        DType = dtype;
        Device = "meta";
        ByteCount = byteCount;
    }

    /// <summary>The size in bytes.</summary>
    public long ByteCount { get; }

    /// <summary>The element type that the file gives the storage; <see cref="DType.UInt8"/> where it gives none (untyped).</summary>
    public DType DType { get; }

    /// <summary>Where the storage lay when it was saved: <c>cpu</c>, <c>cuda:0</c>, <c>mps</c>, <c>meta</c>. It never stops a read.</summary>
    public string Device { get; }

    /// <summary>What the file calls it: <c>0</c> for the record <c>data/0</c>. Null for one that was made here.</summary>
    public string? Key { get; internal init; }

    /// <summary>Where its bytes begin in the file; null where they lie in none, or compressed.</summary>
    public long? FileOffset { get; internal set; }

    /// <summary>Whether there are no bytes at all: PyTorch's <c>meta</c> device.</summary>
    public bool IsMeta => _data is null;

    /// <summary>Makes a storage that has a size and no bytes, as PyTorch's <c>meta</c> device has.</summary>
    internal static Storage Meta(long byteCount, DType dtype) => new(byteCount, dtype);

    /// <summary>The bytes, without a copy and without a check of their checksum (see <see cref="Verify"/>).</summary>
    /// <param name="offset">The first byte.</param>
    /// <param name="length">The number of bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range lies outside the storage.</exception>
    /// <exception cref="InvalidOperationException">The storage is on the meta device.</exception>
    /// <exception cref="ObjectDisposedException">The checkpoint that it came from is closed.</exception>
    public ReadOnlySpan<byte> GetSpan(long offset, int length) => Data.GetSpan(offset, length);

    /// <summary>Checks the bytes against the checksum that the file records for them. Done once; later calls are free.</summary>
    /// <returns>Whether the file records a checksum for them at all.</returns>
    /// <exception cref="CheckpointException"><see cref="CheckpointErrorKind.ChecksumMismatch"/>.</exception>
    public bool Verify() => _checksum?.Verify() ?? false;

    internal ByteSource Data =>
        _data ?? throw new InvalidOperationException("The storage is on the meta device: it has a size and no bytes.");

    internal StorageChecksum? Checksum => _checksum;
}
