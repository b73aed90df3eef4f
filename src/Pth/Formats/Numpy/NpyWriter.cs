using System.Buffers.Binary;
using System.Text;
using Pth.Bytes;

namespace Pth;

/// <summary>Writes a tensor as a NumPy file (<c>.npy</c>), which <c>numpy.load</c> reads.</summary>
/// <remarks>Source: NumPy's <c>numpy/lib/format.py</c>, format versions 1.0 and, for headers beyond 65535 bytes, 2.0.</remarks>
public static class NpyWriter
{
    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    // NumPy lines its data up with this.
    private const int Alignment = 64;

    // NumPy leaves room for the first size of the shape to grow to 21 digits.
    private const int GrowthDigits = 21;

    /// <summary>
    /// NumPy's name for an element type: <c>&lt;f4</c>. Types that NumPy lacks are written as the unsigned integer of the same
    /// size: bfloat16 and complex32 lose no bit so, but must be viewed as what they are.
    /// </summary>
    /// <param name="dtype">The element type.</param>
    /// <param name="notice">What is to be told to the person who gets the file; null where NumPy has the type.</param>
    public static string Describe(DType dtype, out string? notice)
    {
        string? own = dtype switch
        {
            DType.UInt8 => "|u1",
            DType.Int8 => "|i1",
            DType.Int16 => "<i2",
            DType.Int32 => "<i4",
            DType.Int64 => "<i8",
            DType.UInt16 => "<u2",
            DType.UInt32 => "<u4",
            DType.UInt64 => "<u8",
            DType.Float16 => "<f2",
            DType.Float32 => "<f4",
            DType.Float64 => "<f8",
            DType.Complex64 => "<c8",
            DType.Complex128 => "<c16",
            DType.Bool => "|b1",
            _ => null,
        };
        if (own is not null)
        {
            notice = null;
            return own;
        }
        string bits = dtype switch
        {
            DType.QInt8 => "|i1",
            DType.QInt32 => "<i4",
            _ => dtype.ItemSize switch
            {
                1 => "|u1",
                2 => "<u2",
                _ => "<u4",
            },
        };
        notice = $"NumPy has no {dtype.TorchName}: the elements are written as {bits}, bit for bit";
        return bits;
    }

    /// <summary>Writes a tensor in row-major order, conjugation and negation applied.</summary>
    /// <param name="stream">Where the file goes.</param>
    /// <param name="tensor">The tensor.</param>
    /// <param name="progress">Told now and then how many bytes of elements are done.</param>
    /// <param name="cancellationToken">Stops between two parts.</param>
    /// <returns>What is to be told to the person who gets the file; null where NumPy has the type.</returns>
    /// <exception cref="InvalidOperationException">The tensor is sparse, nested or on the meta device, or has more than one element in a byte.</exception>
    /// <exception cref="CheckpointException"><see cref="CheckpointErrorKind.ChecksumMismatch"/>.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static string? Write(
        Stream stream,
        TensorView tensor,
        IProgress<long>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(stream);
        byte[] header = Begin(tensor, out string? notice);
        stream.Write(header);
        tensor.WriteTo(stream, progress, cancellationToken);
        return notice;
    }

    /// <summary>Writes a tensor to a file, which is there whole or not at all; what was there before stays until then.</summary>
    /// <param name="path">The file.</param>
    /// <param name="tensor">The tensor.</param>
    /// <param name="progress">Told now and then how many bytes of elements are done.</param>
    /// <param name="cancellationToken">Stops between two parts.</param>
    /// <returns>What is to be told to the person who gets the file; null where NumPy has the type.</returns>
    /// <exception cref="InvalidOperationException">As with a stream.</exception>
    /// <exception cref="CheckpointException"><see cref="CheckpointErrorKind.ChecksumMismatch"/>.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public static string? Write(
        string path,
        TensorView tensor,
        IProgress<long>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        byte[] header = Begin(tensor, out string? notice);
        using ByteSink sink = ByteSink.Create(path, header.Length + tensor.ByteCount, Durability.Synced);
        using (var stream = new SinkStream(sink))
        {
            stream.Write(header);
            tensor.WriteTo(stream, progress, cancellationToken);
        }
        sink.Commit();
        return notice;
    }

    /// <summary>Proves, before anything is out, that the tensor can be written.</summary>
    /// <returns>The header.</returns>
    private static byte[] Begin(TensorView tensor, out string? notice)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        if (tensor.DType.ValuesPerByte > 1)
        {
            throw new InvalidOperationException(
                $"found {tensor.DType.TorchName}, several elements a byte, expected whole bytes: convert it first"
            );
        }
        tensor.PrepareCopy();
        return MakeHeader(Describe(tensor.DType, out notice), tensor.Shape.AsSpan());
    }

    /// <summary>All that stands before the elements; its length is a multiple of 64.</summary>
    internal static byte[] MakeHeader(string type, ReadOnlySpan<long> shape)
    {
        string sizes = shape.Length == 1 ? $"{shape[0]}," : string.Join(", ", shape.ToArray());
        var text = new StringBuilder($"{{'descr': '{type}', 'fortran_order': False, 'shape': ({sizes}), }}");
        if (shape.Length > 0)
        {
            text.Append(' ', GrowthDigits - shape[0].ToString().Length);
        }
        byte[] version1 = Assemble(text.ToString(), 1, sizeof(ushort));
        return version1.Length - Magic.Length - 4 <= ushort.MaxValue
            ? version1
            : Assemble(text.ToString(), 2, sizeof(uint));
    }

    private static byte[] Assemble(string text, byte major, int lengthSize)
    {
        int prefix = Magic.Length + 2 + lengthSize;
        // NumPy adds a whole line where the header ends on the edge of one.
        int total = (((prefix + text.Length + 1) / Alignment) + 1) * Alignment;
        var header = new byte[total];
        header.AsSpan().Fill((byte)' ');
        Magic.CopyTo(header);
        header[Magic.Length] = major;
        header[Magic.Length + 1] = 0;
        Span<byte> length = header.AsSpan(Magic.Length + 2, lengthSize);
        if (lengthSize == sizeof(uint))
        {
            BinaryPrimitives.WriteUInt32LittleEndian(length, (uint)(total - prefix));
        }
        else
        {
            BinaryPrimitives.WriteUInt16LittleEndian(length, unchecked((ushort)(total - prefix)));
        }
        Encoding.ASCII.GetBytes(text, header.AsSpan(prefix));
        header[^1] = (byte)'\n';
        return header;
    }
}
