using System.Buffers.Binary;
using System.Text;

namespace Pth.Tests.Formats.SafeTensors;

/// <summary>Files put together by hand.</summary>
internal static class SafeTensorsFile
{
    public static WriteOptions Options { get; } =
        new() { Format = ContainerFormat.SafeTensors, Durability = Durability.Kernel };

    public static byte[] Make(string header, int dataLength = 4)
    {
        byte[] json = Encoding.UTF8.GetBytes(header);
        var file = new byte[8 + json.Length + dataLength];
        BinaryPrimitives.WriteUInt64LittleEndian(file, (ulong)json.Length);
        json.CopyTo(file, 8);
        return file;
    }

    /// <summary>The header of a file, with the spaces behind it.</summary>
    public static string HeaderOf(ReadOnlySpan<byte> file) =>
        Encoding.UTF8.GetString(file.Slice(8, (int)BinaryPrimitives.ReadUInt64LittleEndian(file)));

    public static PyDict Dictionary(params (string Name, TensorView Tensor)[] tensors)
    {
        var dictionary = new PyDict();
        foreach ((string name, TensorView tensor) in tensors)
        {
            dictionary[name] = tensor;
        }
        return dictionary;
    }
}
