namespace Pth.Zip;

/// <summary>The records of a zip file: signatures, and where each field stands (APPNOTE.TXT 6.3.10, section 4.3). All numbers are little-endian.</summary>
internal static class ZipFormat
{
    /// <summary>A 16-bit field whose value is in the zip64 records.</summary>
    public const ushort Mark16 = 0xFFFF;

    /// <summary>A 32-bit field whose value is in the zip64 records.</summary>
    public const uint Mark32 = 0xFFFFFFFF;

    public const ushort Zip64ExtraId = 0x0001;

    /// <summary>The extra field that PyTorch pads with: <c>FB</c>.</summary>
    public const ushort PaddingExtraId = 0x4246;

    /// <summary>The id and the length before the content of an extra field.</summary>
    public const int ExtraHeaderLength = 4;

    /// <summary>Section 4.3.7. The name and the extra fields follow.</summary>
    public static class LocalHeader
    {
        public const uint Signature = 0x04034B50;
        public const int VersionNeeded = 4;
        public const int Flags = 6;
        public const int Method = 8;
        public const int Time = 10;
        public const int Date = 12;
        public const int Crc32 = 14;
        public const int CompressedLength = 18;
        public const int Length = 22;
        public const int NameLength = 26;
        public const int ExtraLength = 28;
        public const int Size = 30;
    }

    /// <summary>Section 4.3.9. The lengths have 8 bytes where the entry has a zip64 extra field. The signature is optional.</summary>
    public static class DataDescriptor
    {
        public const uint Signature = 0x08074B50;
        public const int SignatureSize = 4;
        public const int Crc32 = 4;
        public const int CompressedLength = 8;
        public const int Size = 16;
        public const int Size64 = 24;
    }

    /// <summary>Section 4.3.12. The name, the extra fields and a comment follow.</summary>
    public static class CentralHeader
    {
        public const uint Signature = 0x02014B50;
        public const int VersionMadeBy = 4;
        public const int VersionNeeded = 6;
        public const int Flags = 8;
        public const int Method = 10;
        public const int Time = 12;
        public const int Date = 14;
        public const int Crc32 = 16;
        public const int CompressedLength = 20;
        public const int Length = 24;
        public const int NameLength = 28;
        public const int ExtraLength = 30;
        public const int CommentLength = 32;
        public const int Disk = 34;
        public const int InternalAttributes = 36;
        public const int ExternalAttributes = 38;
        public const int HeaderOffset = 42;
        public const int Size = 46;
    }

    /// <summary>Section 4.3.14.</summary>
    public static class Zip64End
    {
        public const uint Signature = 0x06064B50;
        public const int RecordLength = 4;
        public const int VersionMadeBy = 12;
        public const int VersionNeeded = 14;
        public const int Disk = 16;
        public const int DirectoryDisk = 20;
        public const int DiskEntries = 24;
        public const int Entries = 32;
        public const int DirectoryLength = 40;
        public const int DirectoryOffset = 48;
        public const int Size = 56;

        /// <summary>The record's own length does not count the signature and itself.</summary>
        public const int UncountedLength = 12;
    }

    /// <summary>Section 4.3.15.</summary>
    public static class Zip64Locator
    {
        public const uint Signature = 0x07064B50;
        public const int Disk = 4;
        public const int EndOffset = 8;
        public const int Disks = 16;
        public const int Size = 20;
    }

    /// <summary>Section 4.3.16. A comment follows.</summary>
    public static class End
    {
        public const uint Signature = 0x06054B50;
        public const int Disk = 4;
        public const int DirectoryDisk = 6;
        public const int DiskEntries = 8;
        public const int Entries = 10;
        public const int DirectoryLength = 12;
        public const int DirectoryOffset = 16;
        public const int CommentLength = 20;
        public const int Size = 22;
        public const int MaxCommentLength = ushort.MaxValue;
    }
}
