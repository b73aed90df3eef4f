namespace Pth.Zip;

/// <summary>How the bytes of an entry lie in the file, by the numbers of the zip specification.</summary>
internal enum ZipMethod : ushort
{
    Stored = 0,
    Deflated = 8,
}
