using Pth.Bytes;

namespace Pth.Formats;

/// <summary>The zeros that a file ends with when the machine went down before its last pages were on the disk.</summary>
internal static class ZeroTail
{
    private const int ChunkLength = 1 << 16;

    /// <summary>Fewer zeros than this are nothing unusual at the end of a tensor; what is lost in a crash is lost by pages.</summary>
    private const int Shortest = 4_096;

    /// <returns>Where the zeros begin; the end of the file where they are too few to mean anything.</returns>
    public static long FindStart(ByteSource source)
    {
        var buffer = new byte[ChunkLength];
        long start = source.Length;
        while (start > 0)
        {
            int length = (int)Math.Min(ChunkLength, start);
            int last = source.Read(start - length, length, buffer).LastIndexOfAnyExcept((byte)0);
            start -= length - (last + 1);
            if (last >= 0)
            {
                break;
            }
        }
        return source.Length - start >= Shortest ? start : source.Length;
    }
}
