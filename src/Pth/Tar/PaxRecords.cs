using System.Globalization;
using System.Text;
using Pth.Errors;

namespace Pth.Tar;

/// <summary>What extended headers say of the entries behind them: lines of <c>LENGTH KEY=VALUE</c>.</summary>
/// <remarks>Source: POSIX.1-2001 <c>pax</c>, <em>pax Extended Header</em>.</remarks>
internal sealed class PaxRecords
{
    private const string SparsePrefix = "GNU.sparse.";

    /// <summary>The digits of a length: no header is longer.</summary>
    private const int MostDigits = 9;

    public string? Path { get; set; }

    public string? Link { get; set; }

    public long? Size { get; private set; }

    /// <summary>Whether the content is cut into pieces, with the holes left out.</summary>
    public bool IsSparse { get; private set; }

    /// <summary>The same, for the next entry to add to.</summary>
    public PaxRecords Copy() => (PaxRecords)MemberwiseClone();

    public void Read(ReadOnlySpan<byte> records, ErrorLocation location)
    {
        while (!records.IsEmpty)
        {
            int space = records[..Math.Min(records.Length, MostDigits + 1)].IndexOf((byte)' ');
            if (
                space < 1
                || !int.TryParse(records[..space], NumberStyles.None, CultureInfo.InvariantCulture, out int length)
                || length <= space + 1
                || length > records.Length
                || records[length - 1] != '\n'
            )
            {
                throw Broken(location);
            }
            Take(records[(space + 1)..(length - 1)], location);
            records = records[length..];
        }
    }

    private void Take(ReadOnlySpan<byte> record, ErrorLocation location)
    {
        int equals = record.IndexOf((byte)'=');
        if (equals < 1)
        {
            throw Broken(location);
        }
        string key = Encoding.UTF8.GetString(record[..equals]);
        ReadOnlySpan<byte> value = record[(equals + 1)..];
        switch (key)
        {
            case "path":
                Path = TarFormat.Text(value);
                break;
            case "linkpath":
                Link = TarFormat.Text(value);
                break;
            case "size":
                Size = long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out long size)
                    ? size
                    : throw Broken(location);
                break;
            default:
                // Times, owners and the like.
                IsSparse |= key.StartsWith(SparsePrefix, StringComparison.Ordinal);
                break;
        }
    }

    private static CheckpointException Broken(ErrorLocation location) =>
        location.Error(
            CheckpointErrorKind.InvalidTar,
            "an extended header that is cut or broken",
            "lines of a length, a key, an equals sign and a value"
        );
}
