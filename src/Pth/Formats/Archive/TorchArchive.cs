using System.Diagnostics.CodeAnalysis;
using System.Text;
using Pth.Bytes;
using Pth.Errors;
using Pth.Zip;

namespace Pth.Formats.Archive;

/// <summary>The zip of a PyTorch file: all records in one folder, which entry 0 names.</summary>
internal sealed class TorchArchive
{
    /// <summary>Records that are read as text are a few bytes long; the longest is the id.</summary>
    private const int MaxTextLength = 64;

    private const int MaxNameOnStack = 128;

    private readonly ByteSource _source;
    private readonly ZipArchiveReader _zip;

    private TorchArchive(ByteSource source, ZipArchiveReader zip, string name)
    {
        _source = source;
        _zip = zip;
        Name = name;
    }

    /// <summary>The folder's name.</summary>
    public string Name { get; }

    /// <summary>The number of records.</summary>
    public int Count => _zip.Entries.Count;

    /// <summary>All records, in the order of the file.</summary>
    public IReadOnlyList<ZipEntry> Entries => _zip.Entries;

    /// <summary>The records of the storages that <c>torch.save</c> writes, in the order of the file.</summary>
    public IEnumerable<ZipEntry> Storages => EntriesBelow(TorchRecords.StoragePrefix);

    /// <summary>The names of records that hold something and have 0 for their checksum.</summary>
    public IReadOnlyList<string> UncheckedRecords => [.. _zip.EntriesWithoutChecksum().Select(entry => entry.Name)];

    /// <summary>Whether the folder that entry 0 lies in has a record of the name: how the archives of PyTorch are told apart.</summary>
    public static bool HasRecord(ZipArchiveReader zip, string record)
    {
        string first = zip.Entries.Count > 0 ? zip.Entries[0].Name : "";
        int slash = first.IndexOf('/', StringComparison.Ordinal);
        return slash >= 0 && zip.TryFind($"{first[..slash]}/{record}", out _);
    }

    /// <summary>Proves that a zip is one folder of records.</summary>
    /// <exception cref="CheckpointException">An entry lies outside the folder.</exception>
    public static TorchArchive Open(ByteSource source, ZipArchiveReader zip)
    {
        string first = zip.Entries.Count > 0 ? zip.Entries[0].Name : "";
        int slash = first.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0)
        {
            throw new ErrorLocation(source.Name).Error(
                CheckpointErrorKind.InvalidZip,
                first.Length == 0 ? "an empty zip" : $"'{first}' in no folder",
                "records in a folder, as PyTorch writes them"
            );
        }
        string prefix = first[..(slash + 1)];
        if (zip.FindOutside(Encoding.UTF8.GetBytes(prefix)) is { } outside)
        {
            throw outside.Location.Error(
                CheckpointErrorKind.InvalidZip,
                "an entry outside the archive's folder",
                $"a name that begins with '{prefix}'"
            );
        }
        return new TorchArchive(source, zip, first[..slash]);
    }

    /// <summary>Finds a record by its name in the folder.</summary>
    public bool TryFind(string record, [NotNullWhen(true)] out ZipEntry? entry) =>
        _zip.TryFind($"{Name}/{record}", out entry);

    /// <summary>The records whose names in the folder begin so, in the order of the file.</summary>
    public IEnumerable<ZipEntry> EntriesBelow(string prefix) =>
        _zip.EntriesWithPrefix(Encoding.UTF8.GetBytes($"{Name}/{prefix}"));

    /// <summary>The name of a record in the folder.</summary>
    public string NameInFolder(ZipEntry entry) => entry.Name[(Name.Length + 1)..];

    /// <summary>Finds the record of a storage that <c>torch.save</c> wrote.</summary>
    public bool TryFindStorage(string key, [NotNullWhen(true)] out ZipEntry? entry) =>
        TryFind($"{Name}/{TorchRecords.StoragePrefix}", key, "", out entry);

    /// <summary>Finds a record by the parts of its whole name.</summary>
    public bool TryFind(string folder, string name, string suffix, [NotNullWhen(true)] out ZipEntry? entry)
    {
        // A file names thousands of records, and all but malicious names are short: no string is made for a look-up.
        int length = folder.Length + name.Length + suffix.Length;
        Span<char> whole = length <= MaxNameOnStack ? stackalloc char[MaxNameOnStack] : new char[length];
        folder.CopyTo(whole);
        name.CopyTo(whole[folder.Length..]);
        suffix.CopyTo(whole[(folder.Length + name.Length)..]);
        return _zip.TryFind(whole[..length], out entry);
    }

    /// <summary>A record that must be there.</summary>
    public ZipEntry Find(string record) =>
        TryFind(record, out ZipEntry? entry)
            ? entry
            : throw new ErrorLocation(_source.Name).Error(
                CheckpointErrorKind.MissingRecord,
                $"no record '{Name}/{record}'",
                "one, as in every file of its kind that PyTorch writes"
            );

    /// <summary>The content of a short record, without the white space around it; null when there is none of the name.</summary>
    public string? ReadText(string record)
    {
        if (!TryFind(record, out ZipEntry? entry))
        {
            return null;
        }
        if (entry.Length > MaxTextLength)
        {
            throw entry.Location.Error(
                CheckpointErrorKind.InvalidZip,
                $"{entry.Length} bytes",
                $"a text of at most {MaxTextLength}"
            );
        }
        Span<byte> buffer = stackalloc byte[MaxTextLength];
        return Encoding.UTF8.GetString(OpenData(entry).Read(0, (int)entry.Length, buffer)).Trim();
    }

    public ByteSource OpenData(ZipEntry entry) => _zip.OpenData(entry);

    public StorageChecksum Checksum(ZipEntry entry) => _zip.Checksum(entry);
}
