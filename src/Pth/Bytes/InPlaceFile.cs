using Microsoft.Win32.SafeHandles;

namespace Pth.Bytes;

/// <summary>A file that is changed where it is. Nothing protects it from a crash in the middle.</summary>
internal sealed class InPlaceFile : IDisposable
{
    private readonly SafeFileHandle _file;
    private readonly long _length;
    private readonly Durability _durability;

    public InPlaceFile(string path, Durability durability)
    {
        _file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        _length = RandomAccess.GetLength(_file);
        _durability = durability;
    }

    /// <summary>Writes over bytes that are there.</summary>
    /// <exception cref="IOException">The file ends before, or cannot be written.</exception>
    public void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        if (offset < 0 || bytes.Length > _length - offset)
        {
            throw new EndOfStreamException(
                $"The file has {_length} bytes; {bytes.Length} at {offset} are not among them."
            );
        }
        RandomAccess.Write(_file, bytes, offset);
    }

    /// <summary>Puts what was written before everything that is written later.</summary>
    public void Flush()
    {
        if (_durability == Durability.Synced)
        {
            RandomAccess.FlushToDisk(_file);
        }
    }

    public void Dispose() => _file.Dispose();
}
