using System.Text;

namespace Pth.Torch.Build;

/// <summary>The versions of symbols that a shared library needs of others: section <c>.gnu.version_r</c> of a 64-bit little-endian ELF file.</summary>
/// <remarks>Layout: System V ABI for AMD64, and the "Symbol Versioning" chapter of the Linux Standard Base core specification.</remarks>
public sealed class ElfVersionNeeds
{
    // Of the file header.
    private const int SectionTableOffset = 0x28;
    private const int SectionSizeOffset = 0x3A;
    private const int SectionCountOffset = 0x3C;
    private const int HeaderLength = 0x40;

    // Of a section header.
    private const int TypeOffset = 0x04;
    private const int FileOffsetOffset = 0x18;
    private const int LinkOffset = 0x28;
    private const int InfoOffset = 0x2C;
    private const uint VersionNeedsType = 0x6FFF_FFFE;

    // Of an Elf64_Verneed and of an Elf64_Vernaux.
    private const int AuxiliaryCountOffset = 2;
    private const int FirstAuxiliaryOffset = 8;
    private const int NextNeedOffset = 12;
    private const int FlagsOffset = 4;
    private const int NameOffset = 8;
    private const int NextAuxiliaryOffset = 12;
    private const ushort Weak = 2;

    private readonly byte[] _file;

    /// <summary>Takes the bytes of a file; nothing is copied.</summary>
    /// <param name="file">The whole file.</param>
    /// <exception cref="InvalidDataException">The file is no 64-bit little-endian ELF file.</exception>
    public ElfVersionNeeds(byte[] file)
    {
        // 0x7F "ELF", class 2 (64 bits), data 1 (little-endian).
        if (file.Length < HeaderLength || !file.AsSpan(0, 6).SequenceEqual(new byte[] { 0x7F, 0x45, 0x4C, 0x46, 2, 1 }))
        {
            throw new InvalidDataException("found no 64-bit little-endian ELF file, expected one");
        }
        _file = file;
    }

    /// <summary>Marks the need of a version as weak: a loader that does not find it says so and goes on.</summary>
    /// <param name="version">The version's name, as <c>GLIBCXX_3.4.32</c>.</param>
    /// <returns>How many needs were marked; those that are weak already do not count.</returns>
    /// <exception cref="InvalidDataException">An offset in the file leads out of it.</exception>
    public int MarkWeak(string version)
    {
        int marked = 0;
        foreach (int flags in FlagsOf(version))
        {
            ushort now = UInt16(flags);
            if ((now & Weak) == 0)
            {
                _file[flags] = (byte)(now | Weak);
                marked++;
            }
        }
        return marked;
    }

    private IEnumerable<int> FlagsOf(string version)
    {
        long table = Int64(SectionTableOffset);
        int size = UInt16(SectionSizeOffset);
        int count = UInt16(SectionCountOffset);
        for (int i = 0; i < count; i++)
        {
            long section = table + (long)i * size;
            if (UInt32(section + TypeOffset) != VersionNeedsType)
            {
                continue;
            }
            long names = Int64(table + UInt32(section + LinkOffset) * size + FileOffsetOffset);
            long need = Int64(section + FileOffsetOffset);
            for (uint n = UInt32(section + InfoOffset); n > 0; n--)
            {
                long auxiliary = need + UInt32(need + FirstAuxiliaryOffset);
                for (int a = UInt16(need + AuxiliaryCountOffset); a > 0; a--)
                {
                    if (IsText(names + UInt32(auxiliary + NameOffset), version))
                    {
                        yield return (int)(auxiliary + FlagsOffset);
                    }
                    // 0 is the end, whatever the count says.
                    uint nextAuxiliary = UInt32(auxiliary + NextAuxiliaryOffset);
                    if (nextAuxiliary == 0)
                    {
                        break;
                    }
                    auxiliary += nextAuxiliary;
                }
                uint nextNeed = UInt32(need + NextNeedOffset);
                if (nextNeed == 0)
                {
                    break;
                }
                need += nextNeed;
            }
        }
    }

    private bool IsText(long offset, string text)
    {
        byte[] wanted = Encoding.ASCII.GetBytes(text + '\0');
        return offset >= 0
            && offset <= _file.Length - wanted.Length
            && _file.AsSpan((int)offset, wanted.Length).SequenceEqual(wanted);
    }

    private ushort UInt16(long offset) => (ushort)(At(offset, 0) | At(offset, 1) << 8);

    private uint UInt32(long offset) => UInt16(offset) | (uint)UInt16(offset + 2) << 16;

    private long Int64(long offset) => UInt32(offset) | (long)UInt32(offset + 4) << 32;

    private byte At(long offset, int index)
    {
        if (offset < 0 || offset >= _file.Length - index)
        {
            throw new InvalidDataException(
                $"found offset {offset}, expected one within the {_file.Length} bytes of the file"
            );
        }
        return _file[offset + index];
    }
}
