namespace Pth.Formats.Foreign;

/// <summary>A kind of file that is no checkpoint, known by some bytes at a fixed place.</summary>
/// <param name="Offset">Where they stand.</param>
/// <param name="Magic">The bytes.</param>
/// <param name="Found">What the file is.</param>
/// <param name="Next">What to do; null where nothing but another file helps.</param>
internal sealed record ForeignFormat(int Offset, byte[] Magic, string Found, string? Next = null)
{
    public bool Matches(ReadOnlySpan<byte> head) => head.Length >= Offset && head[Offset..].StartsWith(Magic);
}
