using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Text;
using System.Text.Unicode;

namespace Pth.Zip;

/// <summary>
/// The entries of an archive in a few arrays: a million of them take some 110 MB less than as objects, and are found by name in
/// constant time.
/// </summary>
/// <param name="sourceName">What errors call the archive.</param>
/// <param name="capacity">How many entries there are.</param>
/// <param name="namesLength">At most how long their names are together, in bytes.</param>
internal sealed class ZipEntryTable(string sourceName, int capacity, long namesLength)
{
    /// <summary>More than any file of PyTorch can hold: miniz ends at 4 GiB of central directory.</summary>
    public const int MaxEntries = 1 << 29;

    private const int MaxNameOnStack = 128;

    private readonly ZipEntryRow[] _rows = new ZipEntryRow[capacity];
    private readonly byte[] _names = new byte[namesLength];

    /// <summary>Open addressing, at most half full. A slot is the hash above and the position plus one below; 0 is free.</summary>
    private readonly ulong[] _slots = new ulong[BitOperations.RoundUpToPowerOf2((uint)capacity * 2 + 1)];
    private int _namesUsed;

    public int Count { get; private set; }

    public string SourceName => sourceName;

    public ZipEntry this[int index] => new(this, index);

    public ref readonly ZipEntryRow RowAt(int index) => ref _rows[index];

    public string NameAt(int index) => Encoding.UTF8.GetString(Name(_rows[index]));

    /// <summary>Adds a proved entry.</summary>
    /// <param name="entry">What the central directory says of it.</param>
    /// <param name="dataOffset">The first byte of its data.</param>
    /// <param name="descriptorLength">The length of what follows the data.</param>
    /// <param name="other">The position of the entry of the same name, where there is one already.</param>
    /// <returns>Whether the name is new, also without regard to case: PyTorch looks records up so.</returns>
    public bool TryAdd(in ZipCentralHeader entry, long dataOffset, int descriptorLength, out int other)
    {
        uint hash = Hash(entry.Name);
        ref ulong slot = ref Probe(hash, entry.Name, ignoreCase: true);
        if (slot != 0)
        {
            other = PositionOf(slot);
            return false;
        }
        other = -1;
        entry.Name.CopyTo(_names.AsSpan(_namesUsed));
        _rows[Count] = new ZipEntryRow
        {
            HeaderOffset = entry.HeaderOffset,
            DataOffset = dataOffset,
            CompressedLength = entry.CompressedLength,
            Length = entry.Length,
            NameOffset = _namesUsed,
            NameLength = (ushort)entry.Name.Length,
            Crc32 = entry.Crc32,
            Method = entry.Method,
            DescriptorLength = (byte)descriptorLength,
        };
        _namesUsed += entry.Name.Length;
        Count++;
        slot = ((ulong)hash << 32) | (uint)Count;
        return true;
    }

    public bool TryFind(ReadOnlySpan<char> name, [MaybeNullWhen(false)] out ZipEntry entry)
    {
        entry = null;
        int longest = Encoding.UTF8.GetMaxByteCount(name.Length);
        Span<byte> buffer = longest <= MaxNameOnStack ? stackalloc byte[MaxNameOnStack] : new byte[longest];
        if (Utf8.FromUtf16(name, buffer, out _, out int length, replaceInvalidSequences: false) == OperationStatus.Done)
        {
            ReadOnlySpan<byte> bytes = buffer[..length];
            ulong slot = Probe(Hash(bytes), bytes, ignoreCase: false);
            entry = slot == 0 ? null : this[PositionOf(slot)];
        }
        return entry is not null;
    }

    /// <summary>Whether an entry's name begins so.</summary>
    public bool HasPrefix(int index, ReadOnlySpan<byte> prefix) => Name(_rows[index]).StartsWith(prefix);

    /// <summary>Whether an entry has data and 0 for its checksum.</summary>
    public bool IsUnchecked(int index) => _rows[index] is { Crc32: 0, Length: > 0 };

    /// <summary>Finds two entries that share bytes.</summary>
    /// <returns>The position of the later one, or -1.</returns>
    public int FindOverlap()
    {
        ReadOnlySpan<ZipEntryRow> rows = _rows.AsSpan(0, Count);
        long end = 0;
        int inOrder = 0;
        while (inOrder < rows.Length && rows[inOrder].HeaderOffset >= end)
        {
            end = rows[inOrder].End;
            inOrder++;
        }
        return inOrder == rows.Length ? -1 : FindOverlapUnordered(rows);
    }

    private static int FindOverlapUnordered(ReadOnlySpan<ZipEntryRow> rows)
    {
        var offsets = new long[rows.Length];
        var positions = new int[rows.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            offsets[i] = rows[i].HeaderOffset;
            positions[i] = i;
        }
        Array.Sort(offsets, positions);
        for (int i = 1; i < positions.Length; i++)
        {
            if (offsets[i] < rows[positions[i - 1]].End)
            {
                return positions[i];
            }
        }
        return -1;
    }

    private ReadOnlySpan<byte> Name(in ZipEntryRow row) => _names.AsSpan(row.NameOffset, row.NameLength);

    private static int PositionOf(ulong slot) => (int)(slot & uint.MaxValue) - 1;

    private ref ulong Probe(uint hash, ReadOnlySpan<byte> name, bool ignoreCase)
    {
        uint mask = (uint)_slots.Length - 1;
        for (uint at = hash & mask; ; at = (at + 1) & mask)
        {
            ref ulong slot = ref _slots[at];
            if (slot == 0 || ((uint)(slot >> 32) == hash && Matches(PositionOf(slot), name, ignoreCase)))
            {
                return ref slot;
            }
        }
    }

    private bool Matches(int position, ReadOnlySpan<byte> name, bool ignoreCase)
    {
        ReadOnlySpan<byte> other = Name(_rows[position]);
        return other.SequenceEqual(name) || (ignoreCase && EqualsIgnoreAsciiCase(other, name));
    }

    /// <summary>Compares as miniz does: only A to Z have a case.</summary>
    private static bool EqualsIgnoreAsciiCase(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        if (a.Length != b.Length)
        {
            return false;
        }
        for (int i = 0; i < a.Length; i++)
        {
            if (Lower(a[i]) != Lower(b[i]))
            {
                return false;
            }
        }
        return true;
    }

    private static byte Lower(byte value) => value is >= (byte)'A' and <= (byte)'Z' ? (byte)(value | 0x20) : value;

    /// <summary>The hash of a name without its case, by the string hash that is keyed anew in each process: a file cannot aim at one slot.</summary>
    private static uint Hash(ReadOnlySpan<byte> name)
    {
        Span<char> folded = name.Length <= MaxNameOnStack ? stackalloc char[MaxNameOnStack] : new char[name.Length];
        folded = folded[..name.Length];
        if (Ascii.ToLower(name, folded, out _) != OperationStatus.Done)
        {
            for (int i = 0; i < name.Length; i++)
            {
                folded[i] = (char)Lower(name[i]);
            }
        }
        return unchecked((uint)string.GetHashCode(folded, StringComparison.Ordinal));
    }
}
