using System.Buffers;
using System.Buffers.Binary;
using System.Text.Unicode;
using Pth.Bytes;
using Pth.Errors;

namespace Pth.Formats.SafeTensors;

/// <summary>The head of a file, proved: its metadata, and its tensors in the order of their bytes.</summary>
/// <remarks>Source: <c>safetensors/src/tensor.rs</c> (<c>SafeTensors::read_metadata</c>, <c>Metadata::validate</c>).</remarks>
internal sealed class SafeTensorsHeader
{
    /// <summary>The bytes that say how long the header is.</summary>
    public const int LengthSize = sizeof(ulong);

    /// <summary>The longest header that the reference reads and writes.</summary>
    public const int MaxLength = 100_000_000;

    private const int MaxCopied = 1 << 22;

    private SafeTensorsHeader(List<SafeTensorsEntry> entries, int length)
    {
        Entries = InOrder(entries);
        Length = length;
    }

    /// <summary>The texts, in the order of the header; null where there are none.</summary>
    public OrderedDictionary<string, string>? Metadata { get; private init; }

    /// <summary>Where in the JSON the member stands that holds the texts; null where there is none.</summary>
    public (int Start, int End)? MetadataRange { get; private init; }

    /// <summary>The tensors, in the order of their bytes.</summary>
    public List<SafeTensorsEntry> Entries { get; }

    /// <summary>Whether an entry has fields that the format does not define. The reference overlooks them.</summary>
    public bool HasUnknownFields { get; private init; }

    /// <summary>The bytes of the JSON, with the white space around it.</summary>
    public int Length { get; }

    /// <summary>Where the data begins in the file.</summary>
    public long DataOffset => LengthSize + (long)Length;

    /// <summary>Reads and proves the header.</summary>
    /// <param name="source">The file.</param>
    /// <param name="options">How to read.</param>
    /// <param name="mayBeCut">Whether the file may have other bytes behind the header than it says.</param>
    /// <exception cref="CheckpointException">It breaks the rules, or the file has other bytes than it says.</exception>
    public static SafeTensorsHeader Read(ByteSource source, ReadOptions options, bool mayBeCut = false)
    {
        var location = new ErrorLocation(source.Name);
        int length = ReadLength(source, location);
        SafeTensorsHeader header;
        // A small file is opened without being mapped.
        byte[] buffer = ArrayPool<byte>.Shared.Rent(length <= MaxCopied ? length : 0);
        try
        {
            ReadOnlySpan<byte> json =
                length <= MaxCopied ? source.Read(LengthSize, length, buffer) : source.GetSpan(LengthSize, length);
            if (!Utf8.IsValid(json))
            {
                throw location
                    .At(LengthSize)
                    .Error(CheckpointErrorKind.InvalidHeader, "a header that is not UTF-8", "JSON in UTF-8");
            }
            header = Parse(json, location, options);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        ulong end = header.Prove(location);
        if (!mayBeCut)
        {
            header.ProveLength(end, source.Length - header.DataOffset, location);
        }
        return header;
    }

    private static SafeTensorsHeader Parse(ReadOnlySpan<byte> json, ErrorLocation location, ReadOptions options)
    {
        var plain = new SafeTensorsPlainParser(json, options.Limits);
        if (plain.TryParse())
        {
            return new SafeTensorsHeader(plain.Entries, json.Length)
            {
                Metadata = plain.Metadata,
                MetadataRange = plain.MetadataRange,
            };
        }
        var parser = new SafeTensorsHeaderParser(location, options);
        parser.Parse(json);
        return new SafeTensorsHeader(parser.Entries, json.Length)
        {
            Metadata = parser.Metadata,
            MetadataRange = parser.MetadataRange,
            HasUnknownFields = parser.HasUnknownFields,
        };
    }

    // Those of equal offsets in the order of the header.
    private static List<SafeTensorsEntry> InOrder(List<SafeTensorsEntry> entries)
    {
        for (int i = 1; i < entries.Count; i++)
        {
            SafeTensorsEntry last = entries[i - 1];
            SafeTensorsEntry entry = entries[i];
            if (last.Start > entry.Start || (last.Start == entry.Start && last.End > entry.End))
            {
                return [.. entries.OrderBy(each => each.Start).ThenBy(each => each.End)];
            }
        }
        return entries;
    }

    private static int ReadLength(ByteSource source, ErrorLocation location)
    {
        if (source.Length < LengthSize)
        {
            throw location
                .At(source.Length)
                .Error(
                    CheckpointErrorKind.Truncated,
                    $"{source.Length} bytes",
                    $"at least {LengthSize}, the length of the header"
                );
        }
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(source.Read(0, LengthSize, stackalloc byte[LengthSize]));
        if (length > MaxLength)
        {
            throw location
                .At(0)
                .Error(CheckpointErrorKind.LimitExceeded, $"a header of {length} bytes", $"at most {MaxLength}");
        }
        if (length > (ulong)(source.Length - LengthSize))
        {
            throw location
                .At(source.Length)
                .Error(
                    CheckpointErrorKind.Truncated,
                    $"the end of the file after {source.Length - LengthSize} bytes of the header",
                    $"{length}, as its first {LengthSize} bytes say"
                );
        }
        return (int)length;
    }

    /// <returns>Where the last tensor ends.</returns>
    private ulong Prove(ErrorLocation location)
    {
        ulong end = 0;
        foreach (SafeTensorsEntry entry in Entries)
        {
            if (entry.Start != end || entry.End < entry.Start)
            {
                throw At(entry, location)
                    .Error(
                        CheckpointErrorKind.InvalidHeader,
                        $"data_offsets [{entry.Start}, {entry.End}]",
                        $"a tensor that begins at {end}, where the one before it ends"
                    );
            }
            ProveSize(entry, location);
            end = entry.End;
        }
        return end;
    }

    private void ProveLength(ulong end, long dataLength, ErrorLocation location)
    {
        if (end != (ulong)dataLength)
        {
            throw location
                .At(DataOffset + dataLength)
                .Error(
                    end > (ulong)dataLength ? CheckpointErrorKind.Truncated : CheckpointErrorKind.InvalidHeader,
                    $"{dataLength} bytes of data",
                    $"{end}, where the last tensor ends"
                );
        }
    }

    private static void ProveSize(in SafeTensorsEntry entry, ErrorLocation location)
    {
        // As in the reference: the product must fit at every step, also where a later size is 0.
        ulong bits = 1;
        bool fits = true;
        foreach (long size in entry.Shape)
        {
            fits &= Math.BigMul(bits, unchecked((ulong)size), out bits) == 0;
        }
        fits &= Math.BigMul(bits, (ulong)entry.Type.Bits, out bits) == 0;
        if (!fits)
        {
            throw At(entry, location)
                .Error(CheckpointErrorKind.InvalidTensor, entry.Describe(), "a size in bits that fits in 64 bits");
        }
        if (bits % 8 != 0)
        {
            throw At(entry, location)
                .Error(
                    CheckpointErrorKind.InvalidTensor,
                    $"{bits} bits: {entry.Describe()}",
                    "elements that fill whole bytes"
                );
        }
        if (bits / 8 != entry.End - entry.Start)
        {
            throw At(entry, location)
                .Error(
                    CheckpointErrorKind.InvalidTensor,
                    $"{entry.End - entry.Start} bytes",
                    $"{bits / 8}: {entry.Describe()}"
                );
        }
    }

    private static ErrorLocation At(in SafeTensorsEntry entry, ErrorLocation location) =>
        location.In(entry.Name).At(entry.Position);
}
