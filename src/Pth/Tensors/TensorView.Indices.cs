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
    public void VerifyIndices()
    {
        switch (Layout)
        {
            case TensorLayout.Strided:
                return;
            case TensorLayout.SparseCoo:
                VerifyCoordinates();
                return;
            case TensorLayout.Nested:
                VerifyNested();
                return;
            default:
                VerifyCompressed();
                return;
        }
    }

    private void VerifyCoordinates()
    {
        long[] indices = Integers("indices");
        long count = Parts[0].Tensor.Shape[1];
        for (long i = 0; i < indices.LongLength; i++)
        {
            Require(indices[i], 0, Shape[(int)(i / count)] - 1, "index");
        }
    }

    private void VerifyCompressed()
    {
        bool byRow = Layout is TensorLayout.SparseCsr or TensorLayout.SparseBsr;
        TensorView values = Part("values")!;
        int batch = Parts[0].Tensor.Shape.Length - 1;
        bool isBlocked = Layout is TensorLayout.SparseBsr or TensorLayout.SparseBsc;
        long block = isBlocked ? values.Shape[batch + (byRow ? 2 : 1)] : 1;
        long extent = block == 0 ? 0 : Shape[byRow ? batch + 1 : batch] / block;
        long[] starts = Integers(Parts[0].Name);
        long[] plain = Integers(Parts[1].Name);
        long startsPerBatch = Parts[0].Tensor.Shape[batch];
        long plainPerBatch = Parts[1].Tensor.Shape[batch];
        long batches = startsPerBatch == 0 ? 0 : starts.LongLength / startsPerBatch;
        for (long b = 0; b < batches; b++)
        {
            ReadOnlySpan<long> rows = starts.AsSpan((int)(b * startsPerBatch), (int)startsPerBatch);
            ReadOnlySpan<long> inRow = plain.AsSpan((int)(b * plainPerBatch), (int)plainPerBatch);
            Require(rows[0], 0, 0, $"first of {Parts[0].Name}");
            Require(rows[^1], plainPerBatch, plainPerBatch, $"last of {Parts[0].Name}");
            for (int row = 1; row < rows.Length; row++)
            {
                Require(rows[row], rows[row - 1], plainPerBatch, Parts[0].Name);
                long least = 0;
                for (long i = rows[row - 1]; i < rows[row]; i++)
                {
                    Require(inRow[(int)i], least, extent - 1, Parts[1].Name);
                    least = inRow[(int)i] + 1;
                }
            }
        }
    }

    private void VerifyNested()
    {
        // The jagged layout has the offsets of its rows instead.
        if (Part("sizes") is null)
        {
            VerifyJagged();
            return;
        }
        long available = Part("values")!.ElementCount;
        long[] sizes = Integers("sizes");
        long[] strides = Integers("strides");
        long[] offsets = Integers("storage_offsets");
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
                throw IndexError(
                    $"a nested tensor of sizes [{string.Join(", ", sizes.AsSpan(tensor * rank, rank).ToArray())}] at {offsets[tensor]}",
                    $"one inside {available} values"
                );
            }
        }
    }

    private void VerifyJagged()
    {
        long rows = Part("values")!.Shape.Max();
        long least = 0;
        foreach (long offset in Integers("offsets"))
        {
            Require(offset, least, rows, "offset");
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

    private long[] Integers(string name)
    {
        TensorView part = Part(name)!;
        return part.DType == DType.Int32
            ? Array.ConvertAll(part.ToArray<int>(), number => (long)number)
            : part.ToArray<long>();
    }

    private void Require(long index, long least, long most, string what)
    {
        if (index < least || index > most)
        {
            throw IndexError(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{what} {index} in a tensor of shape [{string.Join(", ", Shape)}]"
                ),
                least == most ? $"{least}" : $"{least} to {most}"
            );
        }
    }

    private CheckpointException IndexError(string found, string expected) =>
        new ErrorLocation(Storage.IsMeta ? null : Storage.Data.Name).Error(
            CheckpointErrorKind.InvalidTensor,
            found,
            expected
        );
}
