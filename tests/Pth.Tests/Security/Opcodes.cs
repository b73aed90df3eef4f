using System.Text;

namespace Pth.Tests.Security;

/// <summary>Puts pickles together by hand. They are for the scanner alone; nothing here is ever given to Python.</summary>
internal static class Opcodes
{
    /// <summary>Text is bytes of Latin-1.</summary>
    public static byte[] Join(params ReadOnlySpan<object> parts)
    {
        var bytes = new List<byte>();
        foreach (object part in parts)
        {
            bytes.AddRange(
                part switch
                {
                    string text => Encoding.Latin1.GetBytes(text),
                    byte[] raw => raw,
                    int value => [(byte)value],
                    _ => throw new ArgumentException($"what is {part}?", nameof(parts)),
                }
            );
        }
        return [.. bytes];
    }

    public static byte[] Proto(int protocol) => [0x80, (byte)protocol];

    public static byte[] Global(string module, string name) => Join($"c{module}\n{name}\n");

    /// <summary>SHORT_BINUNICODE.</summary>
    public static byte[] Text(string text) => Join(0x8C, text.Length, text);

    /// <summary>BINUNICODE.</summary>
    public static byte[] LongText(string text) => Join("X", BitConverter.GetBytes(text.Length), text);

    /// <summary>BINBYTES.</summary>
    public static byte[] ByteString(byte[] bytes) => Join("B", BitConverter.GetBytes(bytes.Length), bytes);

    public static byte[] StackGlobal(string module, string name) => Join(Text(module), Text(name), 0x93);

    /// <summary>A whole pickle that calls something with one text.</summary>
    public static byte[] Calling(string module, string name, string argument = "id") =>
        Join(Proto(2), Global(module, name), LongText(argument), 0x85, "R.");

    /// <summary>('storage', torch.FloatStorage, key, 'cpu', n) and BINPERSID.</summary>
    public static byte[] Storage(string key, int elements, string type = "FloatStorage") =>
        Join("(", LongText("storage"), Global("torch", type), LongText(key), LongText("cpu"), Int(elements), "tQ");

    public static byte[] Int(int value) => Join("J", BitConverter.GetBytes(value));

    /// <summary>The arguments of _rebuild_tensor_v2 and the call.</summary>
    public static byte[] Tensor(byte[] storage, int offset, int size, int stride) =>
        Join(
            Global("torch._utils", "_rebuild_tensor_v2"),
            "(",
            storage,
            Int(offset),
            Int(size),
            0x85,
            Int(stride),
            0x85,
            0x89,
            Global("collections", "OrderedDict"),
            ")R",
            "tR"
        );
}
