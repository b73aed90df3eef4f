using Pth.Bytes;
using Pth.Formats.Archive;
using Pth.Formats.Torch;

namespace Pth.Formats;

/// <summary>The elements of tensors as bytes to be written: little-endian, row-major, without gaps, conjugation and negation applied.</summary>
internal static class TensorElements
{
    /// <summary>The bytes, read when they are asked for, with the checksum that the writer is to confirm on the way.</summary>
    public static ElementBytes Open(TensorView view)
    {
        Storage storage = view.Storage;
        bool isFlagged = view.IsNegated || (view.IsConjugated && view.DType.IsComplex);
        if (!view.IsContiguous || isFlagged || view.DType.ValuesPerByte > 1 || storage.Data is SwappedSource)
        {
            return new ElementBytes(new ElementsSource(view, appliesFlags: true));
        }
        if (view.ElementCount == 0)
        {
            return new ElementBytes(new MemorySource(default));
        }
        if (view.ByteCount == storage.ByteCount)
        {
            return new ElementBytes(storage.Data, storage.Checksum);
        }
        return new ElementBytes(
            storage.Checksum is null
                ? storage.Data.Slice(view.Offset * view.DType.ItemSize, view.ByteCount)
                // A checksum is of the whole storage, which is checked before a part of it is copied.
                : new ElementsSource(view)
        );
    }
}
