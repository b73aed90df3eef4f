using static Pth.Zip.ZipField;

namespace Pth.Zip;

/// <summary>The extra field that holds the numbers that do not fit in 32 bits, one after the other: length, compressed length, header offset.</summary>
internal ref struct Zip64Extra
{
    private ReadOnlySpan<byte> _rest;

    /// <summary>Whether the extra fields hold one.</summary>
    public bool IsPresent { get; private set; }

    /// <summary>Finds it among the extra fields.</summary>
    /// <returns>Whether the extra fields are well formed and hold it at most once.</returns>
    public static bool TryFind(ReadOnlySpan<byte> extras, out Zip64Extra zip64)
    {
        zip64 = default;
        // Android's zipalign leaves up to three bytes at the end that are no field.
        while (extras.Length >= ZipFormat.ExtraHeaderLength)
        {
            int id = Read16(extras, 0);
            int length = Read16(extras, sizeof(ushort));
            extras = extras[ZipFormat.ExtraHeaderLength..];
            if (length > extras.Length)
            {
                return false;
            }
            if (id == ZipFormat.Zip64ExtraId)
            {
                if (zip64.IsPresent)
                {
                    return false;
                }
                zip64.IsPresent = true;
                zip64._rest = extras[..length];
            }
            extras = extras[length..];
        }
        return true;
    }

    /// <summary>Gives the value of a 32-bit field: its own, or the next one of the extra field where the field says so.</summary>
    /// <returns>Whether the value is there.</returns>
    public bool TryResolve(uint field, out ulong value)
    {
        value = field;
        if (field != ZipFormat.Mark32 || !IsPresent)
        {
            return true;
        }
        if (_rest.Length < sizeof(ulong))
        {
            return false;
        }
        value = Read64(_rest, 0);
        _rest = _rest[sizeof(ulong)..];
        return true;
    }
}
