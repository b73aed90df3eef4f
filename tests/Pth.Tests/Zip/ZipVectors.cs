namespace Pth.Tests.Zip;

/// <summary>A small archive written down by hand from the zip specification and PyTorch's habits.</summary>
internal static class ZipVectors
{
    public const int LocalX = 0;
    public const int NameX = 30;
    public const int DataX = 37;
    public const int DescriptorX = 41;
    public const int LocalY = 57;
    public const int CentralX = 94;
    public const int CentralY = 143;
    public const int Zip64End = 192;
    public const int Locator = 248;
    public const int End = 268;
    public const int Length = 290;

    /// <summary>The records <c>a/x</c> with the bytes "DATA" and <c>a/y</c> with none, alignment 1.</summary>
    public static byte[] Archive() =>
        Hex(
            """
            50 4B 03 04                 local header of a/x at 0
            00 00 08 08 00 00           version 0, flags UTF-8 and data descriptor, stored
            00 00 00 00                 no time, no date
            00 00 00 00                 checksum,
            00 00 00 00 00 00 00 00     compressed length, length: all later
            03 00 04 00                 name length, extra length
            61 2F 78                    a/x
            46 42 00 00                 FB: no padding
            44 41 54 41                 DATA at 37
            50 4B 07 08                 data descriptor at 41
            D7 1E 66 9B
            04 00 00 00 04 00 00 00
            50 4B 03 04                 local header of a/y at 57
            00 00 00 08 00 00           flags UTF-8 only, for there is no data
            00 00 00 00
            00 00 00 00
            00 00 00 00 00 00 00 00
            03 00 04 00
            61 2F 79                    a/y
            46 42 00 00
            50 4B 01 02                 central header of a/x at 94
            00 00 00 00 08 08 00 00     made by 0, version 0, flags, stored
            00 00 00 00                 no time, no date
            D7 1E 66 9B
            04 00 00 00 04 00 00 00
            03 00 00 00 00 00           name, extra, comment length
            00 00 00 00 00 00 00 00     disk, attributes
            00 00 00 00                 local header at 0
            61 2F 78
            50 4B 01 02                 central header of a/y at 143
            00 00 00 00 00 08 00 00
            00 00 00 00
            00 00 00 00
            00 00 00 00 00 00 00 00
            03 00 00 00 00 00
            00 00 00 00 00 00 00 00
            39 00 00 00                 local header at 57
            61 2F 79
            50 4B 06 06                 zip64 end at 192
            2C 00 00 00 00 00 00 00     44 bytes follow
            1E 03 2D 00                 made by, version
            00 00 00 00 00 00 00 00     disks
            02 00 00 00 00 00 00 00     entries on the disk
            02 00 00 00 00 00 00 00     entries
            62 00 00 00 00 00 00 00     98 bytes of central directory
            5E 00 00 00 00 00 00 00     at 94
            50 4B 06 07                 locator at 248
            00 00 00 00
            C0 00 00 00 00 00 00 00     zip64 end at 192
            01 00 00 00                 one disk
            50 4B 05 06                 end at 268
            00 00 00 00
            02 00 02 00
            62 00 00 00 5E 00 00 00
            00 00                       no comment
            """
        );

    /// <summary>Puts a central directory and a plain end record behind local records.</summary>
    public static byte[] WithEnd(byte[] local, byte[] central, byte entries = 1)
    {
        byte[] end = Hex("50 4B 05 06 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00");
        end[8] = end[10] = entries;
        BitConverter.TryWriteBytes(end.AsSpan(12), central.Length);
        BitConverter.TryWriteBytes(end.AsSpan(16), local.Length);
        return [.. local, .. central, .. end];
    }

    /// <summary>Takes the bytes in front of each line; what follows three blanks is for the reader.</summary>
    public static byte[] Hex(string text) =>
        Convert.FromHexString(
            string.Concat(text.Split('\n').Select(line => line.Split("   ")[0]))
                .Replace(" ", "", StringComparison.Ordinal)
        );
}
