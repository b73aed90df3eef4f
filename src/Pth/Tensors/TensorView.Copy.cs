using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Pth.Tensors;

namespace Pth;

public sealed partial class TensorView
{
    private const int ChunkLength = 1 << 20;

    /// <summary>Copies the elements out: little-endian, row-major, without gaps, conjugation and negation applied.</summary>
    /// <remarks>The checksum of the whole storage is checked before, once.</remarks>
    /// <param name="destination">At least <see cref="ByteCount"/> bytes.</param>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    /// <exception cref="InvalidOperationException">The tensor is sparse, nested or on the meta device.</exception>
    /// <exception cref="CheckpointException"><see cref="CheckpointErrorKind.ChecksumMismatch"/>.</exception>
    /// <exception cref="ObjectDisposedException">The checkpoint that the storage came from is closed.</exception>
    public void CopyTo(Span<byte> destination)
    {
        if (destination.Length < ByteCount)
        {
            throw new ArgumentException(
                $"found room for {destination.Length} bytes, expected {ByteCount}",
                nameof(destination)
            );
        }
        PrepareCopy();
        CopyElements(0, destination[..(int)ByteCount]);
    }

    /// <summary>Copies a range of the elements out, as <see cref="CopyTo(Span{byte})"/>; so that any number can be streamed.</summary>
    /// <param name="firstElement">The first element, counted in row-major order.</param>
    /// <param name="destination">Filled: a whole number of elements (of bytes where several elements share one).</param>
    /// <exception cref="ArgumentException">The range does not lie in the tensor or cuts an element.</exception>
    /// <exception cref="InvalidOperationException">The tensor is sparse, nested or on the meta device.</exception>
    /// <exception cref="CheckpointException"><see cref="CheckpointErrorKind.ChecksumMismatch"/>.</exception>
    /// <exception cref="ObjectDisposedException">The checkpoint that the storage came from is closed.</exception>
    public void CopyTo(long firstElement, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(firstElement);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(firstElement, ElementCount);
        int perByte = DType.ValuesPerByte;
        if (firstElement % perByte != 0 || destination.Length % DType.ItemSize != 0)
        {
            throw new ArgumentException(
                $"found element {firstElement} and {destination.Length} bytes, expected both to be whole elements of {DType.ItemSize} bytes",
                nameof(destination)
            );
        }
        long firstByte = perByte > 1 ? firstElement / perByte : firstElement * DType.ItemSize;
        if (destination.Length > ByteCount - firstByte)
        {
            throw new ArgumentException(
                $"found room for {destination.Length} bytes from element {firstElement}, expected at most {ByteCount - firstByte}",
                nameof(destination)
            );
        }
        PrepareCopy();
        CopyElements(firstElement, destination);
    }

    /// <summary>Copies the elements out in row-major order, conjugation and negation applied.</summary>
    /// <remarks>The checksum of the whole storage is checked before, once.</remarks>
    /// <typeparam name="T">See <see cref="AsTensorSpan{T}"/>.</typeparam>
    /// <param name="destination">At least <see cref="ElementCount"/> elements.</param>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    /// <exception cref="InvalidOperationException">The type does not match, or the tensor is sparse, nested or on the meta device.</exception>
    /// <exception cref="CheckpointException"><see cref="CheckpointErrorKind.ChecksumMismatch"/>.</exception>
    /// <exception cref="ObjectDisposedException">The checkpoint that the storage came from is closed.</exception>
    public void CopyTo<T>(Span<T> destination)
        where T : unmanaged
    {
        ElementTypes.Require<T>(DType);
        if (destination.Length < ElementCount)
        {
            throw new ArgumentException(
                $"found room for {destination.Length} elements, expected {ElementCount}",
                nameof(destination)
            );
        }
        PrepareCopy();
        // A span of bytes is shorter than one of elements may be.
        int most = int.MaxValue / Unsafe.SizeOf<T>();
        for (long first = 0; first < ElementCount; first += most)
        {
            int count = (int)Math.Min(most, ElementCount - first);
            CopyElements(first, MemoryMarshal.AsBytes(destination.Slice((int)first, count)));
        }
    }

    /// <summary>Copies the elements into a new array in row-major order, conjugation and negation applied.</summary>
    /// <remarks>The checksum of the whole storage is checked before, once.</remarks>
    /// <typeparam name="T">See <see cref="AsTensorSpan{T}"/>.</typeparam>
    /// <exception cref="InvalidOperationException">
    /// The type does not match, the tensor is sparse, nested or on the meta device, or it has more elements than an array can.
    /// </exception>
    /// <exception cref="CheckpointException"><see cref="CheckpointErrorKind.ChecksumMismatch"/>.</exception>
    /// <exception cref="ObjectDisposedException">The checkpoint that the storage came from is closed.</exception>
    public T[] ToArray<T>()
        where T : unmanaged
    {
        ElementTypes.Require<T>(DType);
        PrepareCopy();
        if (ElementCount > Array.MaxLength)
        {
            throw new InvalidOperationException(
                $"found {ElementCount} elements, expected at most {Array.MaxLength} in an array: use CopyTo(long, Span<byte>)"
            );
        }
        T[] array = GC.AllocateUninitializedArray<T>((int)ElementCount);
        CopyTo(array.AsSpan());
        return array;
    }

    /// <summary>Writes the elements as <see cref="CopyTo(Span{byte})"/> copies them, never holding more than a small part.</summary>
    /// <param name="stream">Where they go.</param>
    /// <param name="progress">Told now and then how many bytes are done.</param>
    /// <param name="cancellationToken">Stops between two parts.</param>
    /// <exception cref="InvalidOperationException">The tensor is sparse, nested or on the meta device.</exception>
    /// <exception cref="CheckpointException"><see cref="CheckpointErrorKind.ChecksumMismatch"/>.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The checkpoint that the storage came from is closed.</exception>
    public void WriteTo(Stream stream, IProgress<long>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ForEachChunk(stream.Write, progress, cancellationToken);
    }

    /// <summary>The SHA-256 of the bytes that <see cref="WriteTo"/> writes.</summary>
    /// <param name="progress">Told now and then how many bytes are done.</param>
    /// <param name="cancellationToken">Stops between two parts.</param>
    /// <exception cref="InvalidOperationException">The tensor is sparse, nested or on the meta device.</exception>
    /// <exception cref="CheckpointException"><see cref="CheckpointErrorKind.ChecksumMismatch"/>.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The checkpoint that the storage came from is closed.</exception>
    public byte[] Sha256(IProgress<long>? progress = null, CancellationToken cancellationToken = default)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        ForEachChunk(hash.AppendData, progress, cancellationToken);
        return hash.GetHashAndReset();
    }

    private void ForEachChunk(ReadOnlySpanAction take, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        PrepareCopy();
        long total = ByteCount;
        bool inPlace = IsContiguous && !IsNegated && !IsConjugated && IsWholeBytes;
        byte[] buffer = inPlace ? [] : ArrayPool<byte>.Shared.Rent((int)Math.Min(ChunkLength, total));
        try
        {
            for (long done = 0; done < total; )
            {
                cancellationToken.ThrowIfCancellationRequested();
                int length = (int)Math.Min(ChunkLength, total - done);
                if (inPlace)
                {
                    take(Storage.Data.GetSpan((Offset * DType.ItemSize) + done, length));
                }
                else
                {
                    Span<byte> chunk = buffer.AsSpan(0, length);
                    CopyElements(done / DType.ItemSize * DType.ValuesPerByte, chunk);
                    take(chunk);
                }
                done += length;
                progress?.Report(done);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private delegate void ReadOnlySpanAction(ReadOnlySpan<byte> bytes);

    // What must be right before elements are copied; CopyElements then only copies.
    internal void PrepareCopy()
    {
        RequireStrided();
        _ = Storage.Data;
        Storage.Verify();
    }

    private bool IsWholeBytes => DType.ValuesPerByte == 1 || Offset == 0;

    internal void CopyElements(long first, Span<byte> destination)
    {
        if (destination.IsEmpty)
        {
            return;
        }
        if (DType.ValuesPerByte > 1)
        {
            CopyPacked(first, destination);
            return;
        }
        if (Storage.Data is CastSource cast && !IsContiguous)
        {
            cast.CopyView(this, first, destination);
        }
        else
        {
            StridedCopy.Copy(
                Storage.Data,
                DType.ItemSize,
                Shape.AsSpan(),
                Strides.AsSpan(),
                Offset,
                first,
                destination
            );
        }
        if (IsNegated || IsConjugated)
        {
            SignFlip.Apply(DType, IsConjugated, IsNegated, destination);
        }
    }

    private void CopyPacked(long first, Span<byte> destination)
    {
        if (!IsContiguous || Offset != 0 || IsNegated)
        {
            throw new InvalidOperationException(
                $"found a view into the middle of {DType.TorchName}, expected a whole tensor: PyTorch defines no elements for it"
            );
        }
        Storage.Data.CopyTo(first / DType.ValuesPerByte, destination);
    }
}
