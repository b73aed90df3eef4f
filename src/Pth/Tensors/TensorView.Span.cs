using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Pth.Tensors;

namespace Pth;

public sealed partial class TensorView
{
    /// <summary>The elements where they lie, with the tensor's shape and strides; nothing is copied.</summary>
    /// <remarks>
    /// A scalar comes as one dimension of one element, as tensor spans have none of zero. An expanded dimension has stride 0.
    /// The checksum of the storage is not checked (<see cref="Storage.Verify"/> does). The span is valid until the
    /// checkpoint that the storage came from is disposed.
    /// </remarks>
    /// <typeparam name="T">
    /// The type of <see cref="DType"/>: <c>float</c> for float32, <see cref="Half"/> for float16, <see cref="BFloat16"/>,
    /// <c>Complex</c> for complex128 and so on. Quantized integers and bits go by the integer of their size.
    /// </typeparam>
    /// <exception cref="InvalidOperationException">
    /// The type does not match; the tensor is conjugated, negated, sparse, nested or on the meta device; or its dimensions
    /// overlap, or are as large beside one of 0, as tensor spans refuse (<see cref="ToArray{T}"/> has no such limit).
    /// </exception>
    /// <exception cref="PlatformNotSupportedException">The machine is big-endian; storages are little-endian.</exception>
    /// <exception cref="ObjectDisposedException">The checkpoint that the storage came from is closed.</exception>
    public ReadOnlyTensorSpan<T> AsTensorSpan<T>()
        where T : unmanaged
    {
        RequirePlainElements<T>();
        var lengths = new nint[Math.Max(Shape.Length, 1)];
        var strides = new nint[lengths.Length];
        lengths[0] = 1;
        long last = 0;
        for (int i = 0; i < Shape.Length; i++)
        {
            lengths[i] = (nint)Shape[i];
            // Tensor spans want stride 0 where there is nothing to step over.
            strides[i] = ElementCount == 0 || Shape[i] == 1 ? 0 : (nint)Strides[i];
            last += (Shape[i] - 1) * (long)strides[i];
        }
        try
        {
            if (ElementCount == 0)
            {
                // Not [], whose reference is null: the lengths would be refused.
                return new ReadOnlyTensorSpan<T>(new ReadOnlySpan<T>(Array.Empty<T>()), lengths, []);
            }
            return last < int.MaxValue
                ? new ReadOnlyTensorSpan<T>(GetElements<T>((int)last + 1), lengths, strides)
                : AsLargeTensorSpan<T>(last + 1, lengths, strides);
        }
        catch (ArgumentException overlap)
        {
            throw new InvalidOperationException(
                $"found strides [{string.Join(", ", Strides)}] for sizes [{string.Join(", ", Shape)}], which a tensor span "
                    + "refuses as overlapping, expected none that do: copy with CopyTo or ToArray",
                overlap
            );
        }
        // Sizes beside one of 0 may be so large that their product is no number; PyTorch has such tensors, .NET does not.
        catch (OverflowException tooLarge)
        {
            throw new InvalidOperationException(
                $"found sizes [{string.Join(", ", Shape)}], expected ones whose product fits, as a tensor span multiplies them: copy with CopyTo or ToArray",
                tooLarge
            );
        }
    }

    /// <summary>The elements where they lie, of a tensor that is contiguous; nothing is copied.</summary>
    /// <remarks>As <see cref="AsTensorSpan{T}"/>, also in what it checks and how long it is valid.</remarks>
    /// <typeparam name="T">See <see cref="AsTensorSpan{T}"/>.</typeparam>
    /// <exception cref="InvalidOperationException">
    /// As for <see cref="AsTensorSpan{T}"/>, or the tensor is not contiguous or too long for a span.
    /// </exception>
    /// <exception cref="PlatformNotSupportedException">The machine is big-endian; storages are little-endian.</exception>
    public ReadOnlySpan<T> AsSpan<T>()
        where T : unmanaged
    {
        RequirePlainElements<T>();
        if (!IsContiguous || ElementCount > int.MaxValue)
        {
            throw new InvalidOperationException(
                IsContiguous
                    ? $"found {ElementCount} elements, expected at most {int.MaxValue} in a span: take a part with Narrow"
                    : $"found strides [{string.Join(", ", Strides)}], expected a contiguous tensor: use AsTensorSpan or CopyTo"
            );
        }
        return ElementCount == 0 ? [] : GetElements<T>((int)ElementCount);
    }

    private void RequirePlainElements<T>()
        where T : unmanaged
    {
        ElementTypes.Require<T>(DType);
        RequireStrided();
        if (IsNegated || (IsConjugated && DType.IsComplex))
        {
            throw new InvalidOperationException(
                "The tensor stands for the conjugates or negatives of what is stored: copy with CopyTo or ToArray, which apply it."
            );
        }
    }

    internal void RequireStrided()
    {
        if (Layout != TensorLayout.Strided)
        {
            throw new InvalidOperationException(
                $"A {Layout} tensor has no elements in row-major order: take them from its Parts ({string.Join(", ", Parts.Select(part => part.Name))})."
            );
        }
    }

    // A span of so many elements from the first; more bytes than 2^31 where an element has several.
    private ReadOnlySpan<T> GetElements<T>(int count)
        where T : unmanaged
    {
        ref byte first = ref MemoryMarshal.GetReference(Storage.Data.GetSpan(Offset * DType.ItemSize, DType.ItemSize));
        return MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<byte, T>(ref first), count);
    }

    private unsafe ReadOnlyTensorSpan<T> AsLargeTensorSpan<T>(long count, nint[] lengths, nint[] strides)
        where T : unmanaged
    {
        if (!Storage.Data.IsNative)
        {
            throw new InvalidOperationException(
                $"found {count} elements in managed memory, expected at most {int.MaxValue} in a span there: take a part with Narrow"
            );
        }
        void* first = Unsafe.AsPointer(
            ref MemoryMarshal.GetReference(Storage.Data.GetSpan(Offset * DType.ItemSize, DType.ItemSize))
        );
        return new ReadOnlyTensorSpan<T>((T*)first, (nint)count, lengths, strides);
    }
}
