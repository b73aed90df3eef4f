namespace Pth.Security;

/// <summary>Bytes that were unpacked. While they are held they count against what the file may have in memory.</summary>
internal sealed class Unpacked : IDisposable
{
    private readonly FileScan _scan;

    public Unpacked(FileScan scan, byte[] bytes, bool isBroken)
    {
        _scan = scan;
        Bytes = bytes;
        IsBroken = isBroken;
        scan.Hold(bytes.Length);
    }

    public byte[] Bytes { get; }

    /// <summary>Whether the stream ends in the middle or is none.</summary>
    public bool IsBroken { get; }

    public void Dispose() => _scan.Hold(-Bytes.Length);
}
