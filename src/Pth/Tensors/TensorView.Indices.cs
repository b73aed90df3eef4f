using System.Globalization;
using Pth.Errors;

namespace Pth;

public sealed partial class TensorView
{
    /// <summary>
    /// Checks the numbers in a sparse or nested tensor that say where its values belong: all of them in the tensor's shape, compressed
    /// rows in order, nested tensors inside the values. Reads all of them; opening a file does not.
    /// </summary>
    /// <exception cref="CheckpointException"><see cref="CheckpointErrorKind.InvalidTensor"/>: using the tensor would reach outside its memory.</exception>
    /// <exception cref="ObjectDisposedException">The checkpoint that the storage came from is closed.</exception>
    public void VerifyIndices() => VerifyIndices(new ErrorLocation(Storage.IsMeta ? null : Storage.Data.Name));

    /// <inheritdoc cref="VerifyIndices()" />
    /// <param name="location">What errors call the tensor.</param>
    internal void VerifyIndices(ErrorLocation location)
    {
        // On the meta device there are no numbers to be wrong.
        if (Parts.Any(part => part.Tensor.Storage.IsMeta))
        {
            return;
        }
        switch (Layout)
        {
            case TensorLayout.Strided:
                return;
            case TensorLayout.SparseCoo:
                VerifyCoordinates(location);
                return;
            case TensorLayout.Nested:
                VerifyNested(location);
                return;
            default:
                VerifyCompressed(location);
                return;
        }
    }

    private void VerifyCoordinates(ErrorLocation location)
    {
        long[] indices = Integers("indices", location);
        long count = Parts[0].Tensor.Shape[1];
        for (long i = 0; i < indices.LongLength; i++)
        {
            Require(location, indices[i], 0, Shape[(int)(i / count)] - 1, "index");
        }
    }

    private void VerifyCompressed(ErrorLocation location)
    {
        bool byRow = Layout is TensorLayout.SparseCsr or TensorLayout.SparseBsr;
        TensorView values = Part("values")!;
        int batch = Parts[0].Tensor.Shape.Length - 1;
        bool isBlocked = Layout is TensorLayout.SparseBsr or TensorLayout.SparseBsc;
        long block = isBlocked ? values.Shape[batch + (byRow ? 2 : 1)] : 1;
        long extent = block == 0 ? 0 : Shape[byRow ? batch + 1 : batch] / block;
        long[] starts = Integers(Parts[0].Name, location);
        long[] plain = Integers(Parts[1].Name, location);
        long startsPerBatch = Parts[0].Tensor.Shape[batch];
        long plainPerBatch = Parts[1].Tensor.Shape[batch];
        long batches = startsPerBatch == 0 ? 0 : starts.LongLength / startsPerBatch;
        for (long b = 0; b < batches; b++)
        {
            ReadOnlySpan<long> rows = starts.AsSpan((int)(b * startsPerBatch), (int)startsPerBatch);
            ReadOnlySpan<long> inRow = plain.AsSpan((int)(b * plainPerBatch), (int)plainPerBatch);
            Require(location, rows[0], 0, 0, $"first of {Parts[0].Name}");
            Require(location, rows[^1], plainPerBatch, plainPerBatch, $"last of {Parts[0].Name}");
            for (int row = 1; row < rows.Length; row++)
            {
                Require(location, rows[row], rows[row - 1], plainPerBatch, Parts[0].Name);
                long least = 0;
                for (long i = rows[row - 1]; i < rows[row]; i++)
                {
                    Require(location, inRow[(int)i], least, extent - 1, Parts[1].Name);
                    least = inRow[(int)i] + 1;
                }
            }
        }
    }

    private void VerifyNested(ErrorLocation location)
    {
        // The jagged layout has the offsets of its rows instead.
        if (Part("sizes") is null)
        {
            VerifyJagged(location);
            return;
        }
        long available = Part("values")!.ElementCount;
        long[] sizes = Integers("sizes", location);
        long[] strides = Integers("strides", location);
        long[] offsets = Integers("storage_offsets", location);
        int rank = offsets.Length == 0 ? 0 : sizes.Length / offsets.Length;
        for (int tensor = 0; tensor < offsets.Length; tensor++)
        {
            var fault = TensorBounds.FindFault(
                available,
                DType.UInt8,
                sizes.AsSpan(tensor * rank, rank),
                strides.AsSpan(tensor * rank, rank),
                offsets[tensor]
            );
            if (fault is not null)
            {
                throw location.Error(
                    CheckpointErrorKind.InvalidTensor,
                    $"a nested tensor of sizes [{string.Join(", ", sizes.AsSpan(tensor * rank, rank).ToArray())}] at {offsets[tensor]}",
                    $"one inside {available} values"
                );
            }
        }
    }

    private void VerifyJagged(ErrorLocation location)
    {
        long rows = Part("values")!.Shape[RaggedIndex - 1];
        long least = 0;
        foreach (long offset in Integers("offsets", location))
        {
            Require(location, offset, least, rows, "offset");
            least = offset;
        }
    }

    private TensorView? Part(string name)
    {
        foreach (TensorPart part in Parts)
        {
            if (part.Name == name)
            {
                return part.Tensor;
            }
        }
        return null;
    }

    private long[] Integers(string name, ErrorLocation location)
    {
        TensorView part = Part(name)!;
        // An expanded tensor could claim any number of elements.
        if (part.ByteCount > part.Storage.ByteCount || part.ElementCount > Array.MaxLength)
        {
            throw location.Error(
                CheckpointErrorKind.InvalidTensor,
                $"{part.ElementCount} {name} in {part.Storage.ByteCount} bytes",
                $"each in bytes of its own, and at most {Array.MaxLength}"
            );
        }
        return part.DType == DType.Int32
            ? Array.ConvertAll(part.ToArray<int>(), number => (long)number)
            : part.ToArray<long>();
    }

    private void Require(ErrorLocation location, long index, long least, long most, string what)
    {
        if (index < least || index > most)
        {
            throw location.Error(
                CheckpointErrorKind.InvalidTensor,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{what} {index} in a tensor of shape [{string.Join(", ", Shape)}]"
                ),
                least == most ? $"{least}" : $"{least} to {most}"
            );
        }
    }
}
