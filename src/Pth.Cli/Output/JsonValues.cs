using System.Buffers.Binary;
using System.Text.Json;

namespace Pth.Cli.Output;

/// <summary>The values of a tensor in JSON, flat and in row-major order.</summary>
internal static class JsonValues
{
    private const int AtATime = 1 << 12;

    /// <summary>Writes integers whole, reals as they are, complex numbers as their two parts, one after the other.</summary>
    public static void Write(Utf8JsonWriter writer, TensorView tensor, CancellationToken cancellationToken)
    {
        int parts = tensor.DType.IsComplex || tensor.DType == DType.Float4E2M1FnX2 ? 2 : 1;
        var values = new double[AtATime * parts];
        for (long first = 0; first < tensor.ElementCount; first += AtATime)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int count = (int)Math.Min(AtATime, tensor.ElementCount - first);
            if (tensor.DType is DType.Int64 or DType.UInt64)
            {
                WriteLongs(writer, tensor, first, count);
                continue;
            }
            Span<double> chunk = values.AsSpan(0, count * parts);
            tensor.ReadAs(first, chunk);
            foreach (double value in chunk)
            {
                if (tensor.DType == DType.Bool)
                {
                    writer.WriteBooleanValue(value != 0);
                }
                else
                {
                    writer.WriteRealValue(value);
                }
            }
        }
    }

    // A double would round them.
    private static void WriteLongs(Utf8JsonWriter writer, TensorView tensor, long first, int count)
    {
        var bytes = new byte[count * sizeof(long)];
        tensor.CopyTo(first, bytes);
        for (int at = 0; at < bytes.Length; at += sizeof(long))
        {
            if (tensor.DType == DType.UInt64)
            {
                writer.WriteNumberValue(BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(at)));
            }
            else
            {
                writer.WriteNumberValue(BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(at)));
            }
        }
    }
}
