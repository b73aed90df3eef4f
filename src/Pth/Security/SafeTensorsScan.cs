using System.Buffers.Binary;
using System.Text.Json;
using Pth.Bytes;

namespace Pth.Security;

/// <summary>Looks at the header of a safetensors file, which has no code; what loaders do with its metadata may be another thing.</summary>
internal static class SafeTensorsScan
{
    private const long LongestHeader = 100_000_000;

    public static bool TryLook(ByteSource source, FileScan scan, ContentScan contents, string? stream, int depth)
    {
        if (source.Length < 10)
        {
            return false;
        }
        long length = BinaryPrimitives.ReadInt64LittleEndian(source.Read(0, 8, stackalloc byte[8]));
        if (length is < 2 or > LongestHeader || length > source.Length - 8)
        {
            return false;
        }
        ReadOnlySpan<byte> header = source.GetSpan(8, (int)length);
        if (header.TrimStart(" \t\r\n"u8) is not [(byte)'{', ..])
        {
            return false;
        }
        long end = 0;
        try
        {
            var reader = new Utf8JsonReader(header, new JsonReaderOptions { MaxDepth = 64 });
            Read(ref reader, scan, contents, stream, depth, ref end);
        }
        catch (JsonException)
        {
            scan.Add(ScanLevel.Suspicious, "PTH036", stream, 8, "the header of the safetensors file is no JSON");
            return true;
        }
        long dataLength = source.Length - 8 - length;
        if (end < dataLength)
        {
            scan.Add(
                ScanLevel.Suspicious,
                "PTH025",
                stream,
                8 + length + end,
                $"{dataLength - end} bytes behind the last tensor"
            );
            ByteSource rest = source.Slice(8 + length + end, dataLength - end);
            contents.LookAtStray(rest, StreamName.Within(stream, "behind the tensors"), depth + 1);
        }
        return true;
    }

    private static void Read(
        ref Utf8JsonReader reader,
        FileScan scan,
        ContentScan contents,
        string? stream,
        int depth,
        ref long end
    )
    {
        bool inMetadata = false;
        bool inOffsets = false;
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    inMetadata = reader.CurrentDepth == 1 ? reader.ValueTextEquals("__metadata__"u8) : inMetadata;
                    inOffsets = reader.CurrentDepth == 2 && reader.ValueTextEquals("data_offsets"u8);
                    break;
                case JsonTokenType.Number when inOffsets && reader.TryGetInt64(out long offset):
                    end = Math.Max(end, offset);
                    break;
                case JsonTokenType.String when inMetadata:
                    LookAtValue(ref reader, scan, contents, stream, depth);
                    break;
            }
        }
    }

    private static void LookAtValue(
        ref Utf8JsonReader reader,
        FileScan scan,
        ContentScan contents,
        string? stream,
        int depth
    )
    {
        string text = reader.ValueIsEscaped
            ? SafeString(ref reader)
            : System.Text.Encoding.UTF8.GetString(reader.ValueSpan);
        long offset = 8 + reader.TokenStartIndex;
        if (CodeMarks.FindInMetadata(text) is { } mark)
        {
            scan.Add(ScanLevel.Suspicious, "PTH052", stream, offset, $"metadata that has '{mark}' in it");
        }
        ReadOnlySpan<byte> letters = reader.ValueIsEscaped
            ? System.Text.Encoding.UTF8.GetBytes(text)
            : reader.ValueSpan;
        contents.LookAtText(letters, stream, depth, offset + 1);
    }

    // Lone surrogates cannot be read as text, and are not what is looked for.
    private static string SafeString(ref Utf8JsonReader reader)
    {
        Span<char> buffer = new char[reader.ValueSpan.Length];
        try
        {
            return new string(buffer[..reader.CopyString(buffer)]);
        }
        catch (InvalidOperationException)
        {
            return "";
        }
    }
}
