using System.Text;
using System.Text.Unicode;
using Pth.Errors;

namespace Pth.Zip;

/// <summary>What an entry's name may be.</summary>
internal static class ZipName
{
    private const byte Slash = (byte)'/';
    private const byte Backslash = (byte)'\\';

    /// <summary>
    /// Proves a name. It is UTF-8 whatever the flags say, as PyTorch and miniz take it: reading other bytes in an old code page
    /// would be a guess.
    /// </summary>
    public static void Prove(ReadOnlySpan<byte> name, ReadLimits limits, ErrorLocation location)
    {
        if (name.IsEmpty || name.Contains((byte)0) || !Utf8.IsValid(name))
        {
            throw location.Error(
                CheckpointErrorKind.InvalidZip,
                $"an entry name of the bytes {Convert.ToHexString(name[..Math.Min(name.Length, 32)])}",
                "a name in UTF-8 without a zero byte"
            );
        }
        if (name.Length > limits.MaxNameLength && Encoding.UTF8.GetCharCount(name) > limits.MaxNameLength)
        {
            throw location.Error(
                CheckpointErrorKind.LimitExceeded,
                $"an entry name of {Encoding.UTF8.GetCharCount(name)} UTF-16 units",
                $"at most {limits.MaxNameLength} ({nameof(ReadLimits)}.{nameof(ReadLimits.MaxNameLength)})"
            );
        }
        if (name[0] is Slash or Backslash || (name.IndexOf(".."u8) >= 0 && ClimbsUp(name)))
        {
            throw location
                .InEntry(name)
                .Error(CheckpointErrorKind.InvalidZip, "a name that leaves the archive", "a name inside it");
        }
    }

    /// <summary>The location of something wrong with an entry's headers: its name, and still the offset in the file.</summary>
    public static ErrorLocation InEntry(this ErrorLocation location, ReadOnlySpan<byte> name) =>
        location with
        {
            Entry = Encoding.UTF8.GetString(name),
        };

    private static bool ClimbsUp(ReadOnlySpan<byte> name)
    {
        foreach (Range segment in name.SplitAny([Slash, Backslash]))
        {
            if (name[segment].SequenceEqual(".."u8))
            {
                return true;
            }
        }
        return false;
    }
}
