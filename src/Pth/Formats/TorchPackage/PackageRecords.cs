using Pth.Bytes;
using Pth.Formats.Archive;
using Pth.Zip;

namespace Pth.Formats.TorchPackage;

/// <summary>The records of a package by what they are: pickles, storages, and resources, which are sources and whatever else was put in.</summary>
internal sealed class PackageRecords
{
    /// <summary>What the package says of itself, and its storages.</summary>
    public const string Folder = ".data/";

    public const string StorageSuffix = ".storage";

    /// <summary>TorchScript modules in a package: a folder for each, and one for their code.</summary>
    public const string Scripts = ".data/ts_code/";

    private const byte ProtocolOpcode = 0x80;
    private const byte StopOpcode = (byte)'.';
    private const byte MaxProtocol = 5;

    public PackageRecords(TorchArchive archive)
    {
        var pickles = new List<ZipEntry>();
        var resources = new List<ZipEntry>();
        foreach (ZipEntry entry in archive.Entries)
        {
            string name = archive.NameInFolder(entry);
            if (name.StartsWith(Folder, StringComparison.Ordinal))
            {
                if (
                    name.StartsWith(Scripts, StringComparison.Ordinal) && name.EndsWith(".py", StringComparison.Ordinal)
                )
                {
                    resources.Add(entry);
                }
            }
            // What torch.save writes beside; a package of 1.13 and later has it at its end.
            else if (name is not (TorchRecords.ByteOrder or TorchRecords.Version))
            {
                (IsPickle(archive, entry, name) ? pickles : resources).Add(entry);
            }
        }
        Pickles = pickles;
        Resources = resources;
        Storages = archive
            .EntriesBelow(Folder)
            .Where(entry => entry.Name.EndsWith(StorageSuffix, StringComparison.Ordinal));
    }

    /// <summary>The user's pickles, in the order of the file.</summary>
    public IReadOnlyList<ZipEntry> Pickles { get; }

    /// <summary>Sources and other resources, in the order of the file.</summary>
    public IReadOnlyList<ZipEntry> Resources { get; }

    public IEnumerable<ZipEntry> Storages { get; }

    // save_pickle takes any name; what begins and ends as a pickle of a protocol that says its number is one.
    private static bool IsPickle(TorchArchive archive, ZipEntry entry, string name)
    {
        if (name.EndsWith(".pkl", StringComparison.Ordinal))
        {
            return true;
        }
        if (name.EndsWith(".py", StringComparison.Ordinal) || entry.Length < 3)
        {
            return false;
        }
        ByteSource data = archive.OpenData(entry);
        Span<byte> buffer = stackalloc byte[2];
        ReadOnlySpan<byte> head = data.Read(0, 2, buffer);
        if (head[0] != ProtocolOpcode || head[1] > MaxProtocol)
        {
            return false;
        }
        return data.Read(entry.Length - 1, 1, buffer)[0] == StopOpcode;
    }
}
