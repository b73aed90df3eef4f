namespace Pth.Zip;

/// <summary>The general purpose bits of an entry that matter here.</summary>
[Flags]
internal enum ZipFlags : ushort
{
    None = 0,
    Encrypted = 1 << 0,
    DataDescriptor = 1 << 3,
    Patched = 1 << 5,
    StrongEncryption = 1 << 6,
    Utf8 = 1 << 11,
    MaskedHeaders = 1 << 13,
}
