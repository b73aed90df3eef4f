using Pth.Bytes;
using Pth.Errors;
using Pth.Formats.Archive;
using Pth.Tensors;
using Pth.Zip;

namespace Pth.Formats.Numpy;

/// <summary>Reads a zip of NumPy arrays (<c>numpy.savez</c>, <c>numpy.savez_compressed</c>). Members are unpacked when they are looked at.</summary>
internal sealed class NpzReader : IZipContainerReader
{
    private const string Extension = ".npy";

    /// <inheritdoc />
    public bool Recognizes(ZipArchiveReader zip) =>
        zip.Entries.Count > 0 && zip.Entries[0].Name.EndsWith(Extension, StringComparison.Ordinal);

    /// <inheritdoc />
    public ContainerContent Open(ByteSource source, ZipArchiveReader zip, OpenContext context)
    {
        ReadOptions options = context.Options;
        NpzMemory? memory = context.Copies ? NpzMemory.Copy(zip, source.Name, options) : null;
        try
        {
            var root = new PyDict();
            var notes = new List<string>();
            var storages = new List<Storage>();
            bool isBigEndian = false;
            for (int i = 0; i < zip.Entries.Count; i++)
            {
                ZipEntry entry = zip.Entries[i];
                if (TryReadHeader(zip, entry) is not { } header)
                {
                    notes.Add($"'{entry.Name}' is no array; it is not read.");
                    continue;
                }
                PyValue value;
                if (header.DType is null)
                {
                    // A header that is damaged is not taken for one of a type that is not read.
                    _ = options.VerifyChecksums != false && zip.Checksum(entry).Verify();
                    notes.Add($"'{NameOf(entry)}' is {NpyArray.Describe(header.Type)}; it is not read.");
                    value = new PyObject(new PyGlobal("numpy", "ndarray"), new PyTuple(new PyString(header.Type)));
                }
                else
                {
                    TensorView view = OpenMember(zip, entry, header, memory, i);
                    storages.Add(view.Storage);
                    isBigEndian |= header.IsBigEndian;
                    value = new PyTensor(view);
                }
                Add(root, NameOf(entry), value, entry.Location);
            }
            if (memory is null && options.VerifyChecksums == true)
            {
                ChecksumPass.Require(storages, options.CancellationToken);
            }
            var info = new ContainerInfo
            {
                Kind = "npz",
                Writer = "NumPy",
                RecordCount = zip.Entries.Count,
                IsBigEndian = isBigEndian,
                UncheckedRecords = [.. zip.EntriesWithoutChecksum().Select(entry => entry.Name)],
                Notes = notes,
            };
            return new ContainerContent(root, info)
            {
                Memory = memory?.Bytes,
                VerifyChecksums = (progress, token) => ArchiveVerifier.Verify(zip, [], progress, token),
            };
        }
        catch
        {
            memory?.Bytes.Dispose();
            throw;
        }
    }

    private static void Add(PyDict root, string name, PyValue value, ErrorLocation location)
    {
        var key = new PyString(name);
        if (root.ContainsKey(key))
        {
            throw location.Error(
                CheckpointErrorKind.DuplicateRecord,
                $"a second array '{name}'",
                "names that differ by more than '.npy'"
            );
        }
        root.SetRead(key, value);
    }

    /// <summary>The name as <c>numpy.load</c> gives it.</summary>
    private static string NameOf(ZipEntry entry) =>
        entry.Name.EndsWith(Extension, StringComparison.Ordinal) ? entry.Name[..^Extension.Length] : entry.Name;

    private static NpyHeader? TryReadHeader(ZipArchiveReader zip, ZipEntry entry)
    {
        byte[] prefix = zip.ReadHead(entry, NpyHeader.PrefixLength);
        if (!prefix.AsSpan().StartsWith(NpyHeader.Magic) && !entry.Name.EndsWith(Extension, StringComparison.Ordinal))
        {
            return null;
        }
        ErrorLocation location = entry.Location;
        return NpyHeader.Read(zip.ReadHead(entry, NpyHeader.Measure(prefix, entry.Length, location)), location);
    }

    private static TensorView OpenMember(
        ZipArchiveReader zip,
        ZipEntry entry,
        NpyHeader header,
        NpzMemory? memory,
        int index
    )
    {
        ByteSource file = memory?.Open(index) ?? zip.OpenData(entry);
        return NpyArray.Open(
            header,
            file,
            entry.Location,
            (data, dtype) =>
            {
                StorageChecksum? checksum = MakeChecksum(zip, entry, header, file, data);
                if (memory is { IsVerified: true })
                {
                    checksum?.Confirm(checksum.Recorded);
                }
                return new Storage(data, dtype, checksum: checksum)
                {
                    Key = entry.Name,
                    FileOffset = entry.Method == ZipMethod.Stored ? entry.DataOffset + header.Length : null,
                };
            }
        );
    }

    /// <summary>The checksum of the elements, from that of the member and its header; null where other bytes follow them.</summary>
    private static StorageChecksum? MakeChecksum(
        ZipArchiveReader zip,
        ZipEntry entry,
        NpyHeader header,
        ByteSource file,
        ByteSource data
    )
    {
        // What was unpacked was checked.
        if (entry.Crc32 == 0 || entry.Method != ZipMethod.Stored || entry.Length - header.Length != data.Length)
        {
            return null;
        }
        uint head = FastCrc32.Hash(zip.ReadHead(entry, header.Length));
        uint recorded = Crc32Combiner.Combine(head, 0, Crc32Combiner.Factor(data.Length)) ^ entry.Crc32;
        ByteSource raw = header.IsBigEndian ? file.Slice(header.Length, data.Length) : data;
        return new StorageChecksum(raw, recorded, entry.Location);
    }
}
