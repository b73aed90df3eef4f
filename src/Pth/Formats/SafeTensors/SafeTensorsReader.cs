using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Collections.ObjectModel;
using System.Runtime.InteropServices;
using Pth.Bytes;

namespace Pth.Formats.SafeTensors;

/// <summary>Reads safetensors: a header in JSON, then the bytes of all tensors.</summary>
internal sealed class SafeTensorsReader : IContainerReader
{
    private const int HeadLength = 4_096;

    // A longer header is refused, but one that is longer by mistake is still a header.
    private const ulong PlausibleLength = 1UL << 40;

    private static ReadOnlySpan<byte> WhiteSpace => " \t\r\n"u8;

    /// <inheritdoc />
    public bool Recognizes(ByteSource source)
    {
        ReadOnlySpan<byte> head = source.Read(0, (int)Math.Min(source.Length, HeadLength), stackalloc byte[HeadLength]);
        if (
            head.Length < SafeTensorsHeader.LengthSize + 1
            || BinaryPrimitives.ReadUInt64LittleEndian(head) > PlausibleLength
        )
        {
            return false;
        }
        ReadOnlySpan<byte> json = head[SafeTensorsHeader.LengthSize..].TrimStart(WhiteSpace);
        // White space to the end of what was looked at is padding. A number of tensors, as GGUF has there, is followed by zeros.
        return json.IsEmpty
            || (json[0] == '{' && (json = json[1..].TrimStart(WhiteSpace)) is [] or [(byte)'"' or (byte)'}', ..]);
    }

    /// <inheritdoc />
    public ContainerContent Open(ByteSource source, OpenContext context)
    {
        SafeTensorsHeader header = SafeTensorsHeader.Read(source, context.Options);
        var root = new PyDict();
        root.EnsureCapacity(header.Entries.Count);
        var notes = new List<string>();
        foreach (SafeTensorsEntry entry in header.Entries)
        {
            root.SetRead(new PyString(entry.Name), new PyTensor(MakeView(source, header, entry, notes)));
        }
        if (header.HasUnknownFields)
        {
            notes.Add("The header has fields that safetensors does not define; they were overlooked.");
        }
        return new ContainerContent(root, MakeInfo(header, notes));
    }

    /// <summary>What the header says of the file.</summary>
    public static ContainerInfo MakeInfo(SafeTensorsHeader header, IReadOnlyList<string> notes) =>
        new()
        {
            Kind = "safetensors",
            Writer = header.Metadata?.GetValueOrDefault("format") switch
            {
                null => "a framework that is not named",
                "pt" => "PyTorch",
                "tf" => "TensorFlow",
                "flax" => "Flax",
                "mlx" => "MLX",
                "np" => "NumPy",
                var format => format,
            },
            RecordCount = header.Entries.Count,
            Metadata = header.Metadata is { } metadata
                ? new ReadOnlyDictionary<string, string>(metadata)
                : ReadOnlyDictionary<string, string>.Empty,
            Notes = notes,
        };

    private static TensorView MakeView(
        ByteSource source,
        SafeTensorsHeader header,
        SafeTensorsEntry entry,
        List<string> notes
    )
    {
        long offset = header.DataOffset + (long)entry.Start;
        long length = (long)(entry.End - entry.Start);
        return MakeView(entry, source.Slice(offset, length), offset, notes);
    }

    /// <summary>The tensor of an entry.</summary>
    /// <param name="entry">What the header says of it.</param>
    /// <param name="data">Its bytes; null where they are lost.</param>
    /// <param name="offset">Where they lie in the file.</param>
    /// <param name="notes">Takes what is unusual.</param>
    public static TensorView MakeView(SafeTensorsEntry entry, ByteSource? data, long offset, List<string> notes)
    {
        (DType dtype, ImmutableArray<long> shape) = Interpret(entry, (long)(entry.End - entry.Start), notes);
        Storage storage = data is null
            ? Storage.Meta((long)(entry.End - entry.Start), dtype)
            : new Storage(data, dtype) { Key = entry.Name, FileOffset = offset };
        return TensorView.OfProved(storage, dtype, shape);
    }

    private static (DType DType, ImmutableArray<long> Shape) Interpret(
        SafeTensorsEntry entry,
        long length,
        List<string> notes
    )
    {
        if (TryShape(entry, out ImmutableArray<long> shape) && entry.Type.DType is { } dtype)
        {
            // What has elements has as many bytes as it says, which was proved.
            if (length > 0 || !HasFault(entry, dtype, shape))
            {
                return (dtype, shape);
            }
            notes.Add($"{Describe(entry)}, which has no elements and sizes beyond 63 bits: listed as [0].");
            return (dtype, [0]);
        }
        notes.Add($"{Describe(entry)}, for which PyTorch has no type: listed by its bytes, as bits8.");
        return (DType.Bits8, [length]);
    }

    private static bool HasFault(SafeTensorsEntry entry, DType dtype, ImmutableArray<long> shape)
    {
        if (Array.Exists(entry.Shape, size => size < 0))
        {
            return true;
        }
        ImmutableArray<long> strides = TensorBounds.ContiguousStrides(shape.AsSpan());
        return TensorBounds.FindFault(0, dtype, shape.AsSpan(), strides.AsSpan(), 0) is not null;
    }

    private static string Describe(SafeTensorsEntry entry) => $"'{entry.Name}' is {entry.Describe()}";

    // Where several elements share bytes, PyTorch counts the bytes of the last dimension.
    private static bool TryShape(SafeTensorsEntry entry, out ImmutableArray<long> shape)
    {
        long[] sizes = entry.Shape;
        bool isWhole = true;
        if (entry.Type.DType is DType.Float4E2M1FnX2)
        {
            // One without dimensions would be half a byte, and was refused.
            sizes = [.. sizes];
            isWhole = unchecked((ulong)sizes[^1]) % 2 == 0;
            sizes[^1] = unchecked((long)((ulong)sizes[^1] / 2));
        }
        shape = ImmutableCollectionsMarshal.AsImmutableArray(sizes);
        return isWhole;
    }
}
