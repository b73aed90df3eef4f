using System.Collections.Immutable;
using Pth.Bytes;
using Pth.Errors;
using Pth.Formats.Archive;
using Pth.Formats.Torch;

namespace Pth.Formats.Numpy;

/// <summary>Makes a tensor of a NumPy file: alone, or as a member of an <c>.npz</c>.</summary>
internal static class NpyArray
{
    /// <summary>Makes the tensor; nothing of the elements is read.</summary>
    /// <param name="header">The header.</param>
    /// <param name="file">The whole file, with the header.</param>
    /// <param name="location">The file, for errors.</param>
    /// <param name="makeStorage">Makes the storage of the bytes that are the elements.</param>
    public static TensorView Open(
        NpyHeader header,
        ByteSource file,
        ErrorLocation location,
        Func<ByteSource, DType, Storage> makeStorage
    )
    {
        DType dtype = header.DType ?? throw Unread(header, location);
        ReadOnlySpan<long> shape = header.Shape.AsSpan();
        ImmutableArray<long> strides = header.IsFortran
            ? NumpyArray.FortranStrides(header.Shape)
            : TensorBounds.ContiguousStrides(shape);
        if (TensorBounds.FindFault(long.MaxValue, dtype, shape, strides.AsSpan(), 0) is { } fault)
        {
            throw location.Error(CheckpointErrorKind.InvalidTensor, fault.Found, fault.Expected);
        }
        long length = dtype.BytesOf(TensorBounds.CountElements(shape));
        if (length > file.Length - header.Length)
        {
            throw location
                .At(file.Length)
                .Error(
                    CheckpointErrorKind.Truncated,
                    $"{file.Length - header.Length} bytes behind the header",
                    $"{length}: {dtype.TorchName} [{string.Join(", ", header.Shape)}]"
                );
        }
        ByteSource data = file.Slice(header.Length, length);
        Storage storage = makeStorage(header.IsBigEndian ? new SwappedSource(data, dtype.SwapSize) : data, dtype);
        return new TensorView(storage, dtype, header.Shape, strides);
    }

    /// <summary>Why elements are not read.</summary>
    public static CheckpointException Unread(NpyHeader header, ErrorLocation location) =>
        location.Error(CheckpointErrorKind.Unsupported, Describe(header.Type), "an array of numbers that PyTorch has");

    /// <summary>What elements are that are not read.</summary>
    public static string Describe(string type) =>
        type switch
        {
            ['[' or '(', ..] => $"an array of structures ({type})",
            [_, 'O', ..] => $"an array of Python objects ({type}), which are a pickle",
            [_, 'S' or 'U' or 'a', ..] => $"an array of texts ({type})",
            [_, 'V', ..] =>
                $"an array of bytes without a type ({type}), as NumPy writes types that it lacks, such as bfloat16",
            [_, 'M' or 'm', ..] => $"an array of times ({type})",
            _ => $"an array of the type '{type}'",
        };
}
