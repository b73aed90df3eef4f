using System.Buffers;
using System.Buffers.Text;
using System.Text;
using Pth.Pickle;

namespace Pth.Security;

/// <summary>Finds pickles and containers that are written as base64 or hex in text.</summary>
internal static class EncodedSearch
{
    /// <summary>The shortest run of letters that is decoded.</summary>
    public const int ShortestRun = 20;

    /// <summary>How much of a run is decoded to see whether the rest is worth it.</summary>
    private const int ProbeLength = 4_096;

    /// <summary>How often text is decoded that decodes to text.</summary>
    private const int MostLayers = 3;

    private static readonly SearchValues<byte> Base64Bytes = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_"u8
    );

    private static readonly SearchValues<byte> HexBytes = SearchValues.Create("0123456789abcdefABCDEF"u8);

    private static readonly SearchValues<byte> Breaks = SearchValues.Create("\r\n"u8);

    public static bool MayHold(string text) => text.Length >= ShortestRun && MayHold(Encoding.UTF8.GetBytes(text));

    /// <summary>Whether something in the text decodes to the beginning of a pickle or a container.</summary>
    public static bool MayHold(ReadOnlySpan<byte> text)
    {
        int position = 0;
        while (NextRun(text, ref position, out int start, out int length))
        {
            if (Probe(text.Slice(start, length)))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>All that decodes to the beginning of a pickle or a container, with its place in the text.</summary>
    public static List<(int Offset, byte[] Bytes)> Decode(ReadOnlySpan<byte> text, int most)
    {
        var found = new List<(int, byte[])>();
        int position = 0;
        while (found.Count < most && NextRun(text, ref position, out int start, out int length))
        {
            if (!Probe(text.Slice(start, length)))
            {
                continue;
            }
            // Encoders break lines.
            int end = start + length;
            int next = text[start..].IndexOfAnyExcept(Base64Bytes);
            while (next >= 0 && Breaks.Contains(text[end]))
            {
                int more = text[end..].IndexOfAnyExcept(Breaks);
                int run = more < 0 ? 0 : RunLength(text[(end + more)..]);
                if (run == 0)
                {
                    break;
                }
                end += more + run;
                next = end < text.Length ? 0 : -1;
            }
            byte[] letters = [.. text[start..end].ToArray().Where(letter => !Breaks.Contains(letter))];
            if (TryHex(letters) is { } hex && LooksLikeStart(hex, MostLayers))
            {
                found.Add((start, hex));
            }
            else if (TryBase64(letters) is { } base64)
            {
                found.Add((start, base64));
            }
            position = end;
        }
        return found;
    }

    private static int RunLength(ReadOnlySpan<byte> text)
    {
        int length = text.IndexOfAnyExcept(Base64Bytes);
        return length < 0 ? text.Length : length;
    }

    private static bool NextRun(ReadOnlySpan<byte> text, ref int position, out int start, out int length)
    {
        start = length = 0;
        while (position < text.Length)
        {
            int first = text[position..].IndexOfAny(Base64Bytes);
            if (first < 0)
            {
                break;
            }
            start = position + first;
            length = RunLength(text[start..]);
            position = start + length;
            if (length >= ShortestRun)
            {
                return true;
            }
        }
        return false;
    }

    private static bool Probe(ReadOnlySpan<byte> run, int layers = MostLayers)
    {
        ReadOnlySpan<byte> letters = run[..Math.Min(run.Length, ProbeLength)];
        return (TryHex(letters) is { } hex && LooksLikeStart(hex, layers))
            || (TryBase64(letters) is { } base64 && LooksLikeStart(base64, layers));
    }

    // What is encoded may be encoded text once more.
    private static bool LooksLikeStart(byte[] bytes, int layers) =>
        bytes.Length >= PickleSearch.ShortestPickle
        && (
            (layers > 0 && RunLength(bytes) == bytes.Length && Probe(bytes, layers - 1))
            || bytes is [(byte)Opcode.PROTO, <= 5, ..] && OpcodeFacts.Of((Opcode)bytes[2]) is not null
            || Signatures.Find(bytes) is not null
            || (!bytes.AsSpan().Contains((byte)Opcode.PROTO) && PickleSearch.Find(bytes, 0) >= 0)
        );

    private static byte[]? TryHex(ReadOnlySpan<byte> letters)
    {
        ReadOnlySpan<byte> even = letters[..(letters.Length & ~1)];
        if (even.Length == 0 || even.ContainsAnyExcept(HexBytes))
        {
            return null;
        }
        byte[] bytes = new byte[even.Length / 2];
        return Convert.FromHexString(even, bytes, out _, out _) == OperationStatus.Done ? bytes : null;
    }

    private static byte[]? TryBase64(ReadOnlySpan<byte> letters)
    {
        byte[] plain = letters[..(letters.Length & ~3)].ToArray();
        plain.AsSpan().Replace((byte)'-', (byte)'+');
        plain.AsSpan().Replace((byte)'_', (byte)'/');
        byte[] bytes = new byte[Base64.GetMaxDecodedFromUtf8Length(plain.Length)];
        OperationStatus status = Base64.DecodeFromUtf8(plain, bytes, out _, out int written);
        return status == OperationStatus.Done ? bytes[..written] : null;
    }
}
