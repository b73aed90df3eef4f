using System.Buffers;
using Pth.Pickle;

namespace Pth.Security;

/// <summary>Finds where in any bytes a pickle could begin: at a PROTO, or at a name that is imported.</summary>
internal static class PickleSearch
{
    /// <summary>No call fits into less.</summary>
    public const int ShortestPickle = 10;

    private const int LongestName = 200;

    private static readonly SearchValues<byte> NameBytes = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_."u8
    );

    private static readonly SearchValues<byte> Starts = SearchValues.Create([(byte)Opcode.PROTO, (byte)'\n']);

    /// <summary>Whether bytes could hold a pickle, or begin as a container does.</summary>
    public static bool MayHold(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= ShortestPickle
        && (Signatures.Find(bytes) is not null || Unpacking.IsPacked(bytes) || Find(bytes, 0) >= 0);

    /// <summary>The next place where a pickle could begin; -1 where there is none.</summary>
    public static int Find(ReadOnlySpan<byte> bytes, int start)
    {
        int position = start;
        while (position < bytes.Length)
        {
            int hit = bytes[position..].IndexOfAny(Starts);
            if (hit < 0)
            {
                return -1;
            }
            position += hit;
            if (bytes[position] == (byte)Opcode.PROTO)
            {
                if (IsProto(bytes[position..]))
                {
                    return position;
                }
            }
            else if (FindImport(bytes, position, start) is >= 0 and var import)
            {
                return import;
            }
            position++;
        }
        return -1;
    }

    private static bool IsProto(ReadOnlySpan<byte> bytes) =>
        bytes is [_, <= 5, var next, _, ..] && OpcodeFacts.Of((Opcode)next) is not null;

    /// <summary>The GLOBAL or INST whose module ends with this line feed; -1 where it is none.</summary>
    private static int FindImport(ReadOnlySpan<byte> bytes, int lineFeed, int start)
    {
        ReadOnlySpan<byte> before = bytes[Math.Max(lineFeed - LongestName, Math.Min(start, lineFeed))..lineFeed];
        int module = before.Length - 1 - before.LastIndexOfAnyExcept(NameBytes);
        ReadOnlySpan<byte> after = bytes[(lineFeed + 1)..Math.Min(lineFeed + 1 + LongestName, bytes.Length)];
        int name = after.IndexOfAnyExcept(NameBytes);
        if (module < 2 || name < 1 || after[name] != (byte)'\n')
        {
            return -1;
        }
        // The opcode is a letter too, so that the run of letters may begin before it.
        ReadOnlySpan<byte> run = before[^module..];
        int opcode = run.IndexOfAny((byte)Opcode.GLOBAL, (byte)Opcode.INST);
        return opcode < 0 || opcode == run.Length - 1 ? -1 : lineFeed - run.Length + opcode;
    }
}
