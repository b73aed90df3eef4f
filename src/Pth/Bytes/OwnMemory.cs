namespace Pth.Bytes;

/// <summary>Memory for elements that Pth makes itself.</summary>
internal static class OwnMemory
{
    /// <summary>Memory of zeros.</summary>
    public static ByteSource Allocate(long length)
    {
        return new MemorySource(new byte[length]);
    }
}
