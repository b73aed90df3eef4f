using System.Text;
using Pth.Bytes;
using Pth.Errors;

namespace Pth.Formats.Foreign;

/// <summary>Says what a file is that is no checkpoint, and what to do about it.</summary>
internal static class ForeignFiles
{
    private const int HeadLength = 4_096;
    private const int ChunkLength = 1 << 20;

    private const string Expected = "a checkpoint of PyTorch, safetensors, NumPy or TorchSharp";

    private static readonly string[] TorchSharpOptimizers =
    [
        "Adadelta",
        "Adagrad",
        "Adam",
        "AdamW",
        "Adamax",
        "ASGD",
        "NAdam",
        "RAdam",
        "RMSProp",
        "Rprop",
        "SGD",
    ];

    /// <summary>The error for a file that no container's reader knows.</summary>
    public static CheckpointException Explain(ByteSource source)
    {
        var head = new byte[Math.Min(source.Length, HeadLength)];
        source.CopyTo(0, head);
        (string found, string? next) = Find(source, head);
        return new ErrorLocation(source.Name).Error(CheckpointErrorKind.UnknownContainer, found, next ?? Expected);
    }

    private static (string Found, string? Next) Find(ByteSource source, byte[] head)
    {
        if (head.Length == 0)
        {
            return ("an empty file", "a checkpoint: the download or the save broke off; fetch it again");
        }
        if (ForeignFormats.All.FirstOrDefault(format => format.Matches(head)) is { } format)
        {
            return (format.Found, format.Next);
        }
        if (IsZeros(source, head))
        {
            return (
                $"{source.Length} bytes that are all 0",
                "a checkpoint: the download or the copy broke off; fetch it again"
            );
        }
        if (IsOnnx(head))
        {
            return ("an ONNX model", "the checkpoint that it was made from");
        }
        if (FindOptimizer(head) is { } optimizer)
        {
            return ($"the state of a TorchSharp optimizer ({optimizer})", "a module's weights, which lie beside it");
        }
        return ForeignText.Explain(head, head.Length == source.Length)
            ?? (
                $"{source.Length} bytes that begin with {Convert.ToHexString(head.AsSpan(0, Math.Min(head.Length, 8)))}",
                null
            );
    }

    private static bool IsZeros(ByteSource source, ReadOnlySpan<byte> head)
    {
        if (head.ContainsAnyExcept((byte)0))
        {
            return false;
        }
        var buffer = new byte[Math.Min(source.Length, ChunkLength)];
        for (long offset = 0; offset < source.Length; offset += buffer.Length)
        {
            int count = (int)Math.Min(buffer.Length, source.Length - offset);
            if (source.Read(offset, count, buffer).ContainsAnyExcept((byte)0))
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>A protocol buffer whose first fields are <c>ir_version</c> and a name of the producer or the graph.</summary>
    /// <remarks>Source: <c>onnx/onnx.proto</c> (<c>ModelProto</c>).</remarks>
    private static bool IsOnnx(ReadOnlySpan<byte> head) =>
        head is [0x08, > 0 and < 32, 0x12, > 0 and < 64 and var length, ..]
        && head.Length >= 4 + length
        && Ascii.IsValid(head.Slice(4, length))
        && !head.Slice(4, length).ContainsAnyInRange((byte)0, (byte)31);

    /// <remarks>Source: TorchSharp's <c>OptimizerHelper.save_state_dict</c>: its name as <c>BinaryWriter</c> writes it, then numbers.</remarks>
    private static string? FindOptimizer(byte[] head) =>
        Array.Find(
            TorchSharpOptimizers,
            name =>
                head.Length > name.Length + 1
                && head[0] == name.Length
                && head.AsSpan(1).StartsWith(Encoding.ASCII.GetBytes(name))
                && head[name.Length + 1] is > 0 and < 32
        );
}
