using System.Text;
using Pth.Bytes;

namespace Pth.Security;

/// <summary>Looks at the records of a zip; at storages only where the pickle does not vouch for them.</summary>
internal sealed class ZipRecordsScan(
    FileScan scan,
    ContentScan contents,
    ByteSource source,
    ReadWindow window,
    string? stream,
    int depth
)
{
    private static readonly string[] StorageFolders =
    [
        "data",
        "constants",
        "bytecode",
        "tensors",
        "traced_inputs",
        ".data",
    ];

    private const int LongestCopy = 1 << 20;

    private readonly Dictionary<string, long> _claims = new(StringComparer.Ordinal);
    private readonly HashSet<(string Key, long Length)> _otherClaims = [];
    private bool _isScript;

    /// <summary>Looks at them.</summary>
    /// <param name="records">All of them.</param>
    /// <param name="isSound">
    /// Whether all programs see the same records. Where they do not, another program's pickle may lie in what is a storage here.
    /// </param>
    public void Look(List<ZipEntryScan> records, bool isSound)
    {
        CheckFolder(records);
        ListCode(records);
        // The pickles first: they say what the storages are.
        foreach (ZipEntryScan record in records)
        {
            if (StorageKey(record.Name).IsEmpty)
            {
                Look(record);
            }
        }
        foreach (ZipEntryScan record in records)
        {
            if (StorageKey(record.Name) is not { IsEmpty: false } key || (IsVouchedFor(record, key) && isSound))
            {
                continue;
            }
            Look(record);
            if (!isSound)
            {
                LookForRecords(record);
            }
        }
    }

    private void LookForRecords(ZipEntryScan record)
    {
        string name = StreamName.Record(stream, record.Name);
        if (record.Packed == 0 || !scan.MayWork(record.Packed, name))
        {
            return;
        }
        ByteSource bytes = source.Slice(record.DataOffset, record.Packed);
        if (bytes.GetSpan(0, (int)Math.Min(bytes.Length, int.MaxValue)).IndexOf("PK\x03\x04"u8) is > 0 and var first)
        {
            contents.LookAtStray(
                bytes.Slice(first, bytes.Length - first),
                StreamName.Within(name, $"bytes at 0x{first:X}"),
                depth + 1
            );
        }
    }

    /// <summary>The key in <c>archive/data/0</c>, and in <c>.data/0.storage</c> of torch.package; empty where a record is no storage.</summary>
    private static ReadOnlySpan<char> StorageKey(ReadOnlySpan<char> name)
    {
        int slash = name.LastIndexOf('/');
        if (slash <= 0)
        {
            return [];
        }
        ReadOnlySpan<char> folder = name[..slash];
        folder = folder[(folder.LastIndexOf('/') + 1)..];
        foreach (string known in StorageFolders)
        {
            if (folder.SequenceEqual(known))
            {
                ReadOnlySpan<char> key = name[(slash + 1)..];
                return key.EndsWith(".storage") ? key[..^8] : key;
            }
        }
        return [];
    }

    private bool IsVouchedFor(ZipEntryScan record, ReadOnlySpan<char> key)
    {
        if (record.Length == 0)
        {
            return true;
        }
        if (!_claims.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(key, out long length))
        {
            return false;
        }
        if (length == record.Length || _otherClaims.Contains((key.ToString(), record.Length)))
        {
            return true;
        }
        scan.Add(
            ScanLevel.Suspicious,
            "PTH060",
            StreamName.Record(stream, record.Name),
            record.HeaderOffset,
            $"{record.Length} bytes where the pickle says {length}"
        );
        return false;
    }

    private void Look(ZipEntryScan record)
    {
        string name = StreamName.Record(stream, record.Name);
        if (record.Packed == 0 || !scan.MayWork(record.Packed, name))
        {
            return;
        }
        ByteSource packed = Bring(record);
        if (record.Method is not (0 or 8))
        {
            scan.Add(
                ScanLevel.Suspicious,
                "PTH040",
                name,
                record.HeaderOffset,
                $"packed by method {record.Method}, which is not looked into; PyTorch reads none but 0 and 8"
            );
        }
        if (record.Method != 8)
        {
            LookAt(packed, record, name);
            return;
        }
        using Unpacked unpacked = new Unpacking(scan, contents).Inflate(packed, name);
        if (unpacked.IsBroken)
        {
            scan.Add(
                ScanLevel.Suspicious,
                "PTH036",
                name,
                record.HeaderOffset,
                "the deflate stream is broken or cut off"
            );
            contents.LookAtStray(packed, StreamName.Within(name, "as stored"), depth + 1);
        }
        LookAt(new MemorySource(unpacked.Bytes), record, name);
    }

    private void LookAt(ByteSource content, ZipEntryScan record, string name)
    {
        CheckChecksum(record, content, name);
        if (record.IsEncrypted && record.Method == 0)
        {
            scan.Add(
                ScanLevel.Suspicious,
                "PTH040",
                name,
                record.HeaderOffset,
                "says that it is encrypted; it is looked at as if it were not"
            );
        }
        if (IsCode(record.Name))
        {
            LookAtCode(content, name);
        }
        LookInto(content, record, name);
    }

    // It is read once, from its beginning to its end: mapping the file would cost more.
    private ByteSource Bring(ZipEntryScan record)
    {
        if (!source.IsFile || record.Packed > LongestCopy)
        {
            return source.Slice(record.DataOffset, record.Packed);
        }
        int length = (int)record.Packed;
        if (window.TryGet(record.DataOffset, length, out ReadOnlySpan<byte> read))
        {
            return new MemorySource(read.ToArray(), source.Name);
        }
        byte[] bytes = GC.AllocateUninitializedArray<byte>(length);
        source.CopyTo(record.DataOffset, bytes);
        return new MemorySource(bytes, source.Name);
    }

    private void LookInto(ByteSource content, ZipEntryScan record, string name)
    {
        ReadOnlySpan<byte> bytes = content.GetSpan(0, (int)Math.Min(content.Length, int.MaxValue));
        if (!record.Name.EndsWith(".pkl", StringComparison.OrdinalIgnoreCase) || Signatures.Find(bytes) is not null)
        {
            contents.Look(content, name, depth + 1);
            return;
        }
        var pickles = new PickleScan(scan, contents);
        if (!pickles.LookAtStart(content, name, depth + 1))
        {
            contents.LookAtStray(content, name, depth + 1);
        }
        foreach (StorageClaim claim in pickles.Storages)
        {
            if (claim is { Elements: >= 0 and < 1L << 56, ItemSize: > 0 })
            {
                long length = claim.Elements * claim.ItemSize;
                if (!_claims.TryAdd(claim.Key, length) && _claims[claim.Key] != length)
                {
                    _otherClaims.Add((claim.Key, length));
                }
            }
        }
    }

    private void CheckChecksum(ZipEntryScan record, ByteSource content, string name)
    {
        if (record.Crc32 == 0 || content.Length != record.Length)
        {
            return;
        }
        uint crc = FastCrc32.Hash(content.GetSpan(0, (int)Math.Min(content.Length, int.MaxValue)));
        if (crc != record.Crc32)
        {
            scan.Add(
                ScanLevel.Suspicious,
                "PTH032",
                name,
                record.HeaderOffset,
                $"CRC-32 is {crc:x8} and {record.Crc32:x8} is recorded"
            );
        }
    }

    // What PyTorch saves has one folder; only a record in it is loaded.
    private void CheckFolder(List<ZipEntryScan> records)
    {
        int pickle = records.FindIndex(record => record.Name.EndsWith("/data.pkl", StringComparison.Ordinal));
        string folder = pickle < 0 ? "" : records[pickle].Name[..^"data.pkl".Length];
        if (
            folder.Length == 0
            || folder.IndexOf('/', StringComparison.Ordinal) != folder.Length - 1
            || !records.Exists(record => record.Name == $"{folder}version")
        )
        {
            return;
        }
        foreach (
            ZipEntryScan record in records.Where(record => !record.Name.StartsWith(folder, StringComparison.Ordinal))
        )
        {
            string name = StreamName.Record(stream, record.Name);
            scan.Add(
                ScanLevel.Suspicious,
                "PTH034",
                name,
                record.HeaderOffset,
                $"a record outside the archive's folder '{folder}'"
            );
        }
    }

    private void ListCode(List<ZipEntryScan> records)
    {
        int count = records.Count(record => IsCode(record.Name));
        _isScript = records.Exists(record => record.Name.EndsWith("/constants.pkl", StringComparison.Ordinal));
        if (count == 0 && !_isScript)
        {
            return;
        }
        string what = _isScript ? "TorchScript" : "Python";
        scan.AddPackage(_isScript ? "TorchScript" : "torch.package");
        scan.Add(ScanLevel.NeedsCode, "PTH050", stream, null, $"{count} files of {what} code");
    }

    private static bool IsCode(string name) => name.EndsWith(".py", StringComparison.OrdinalIgnoreCase);

    // torch.jit.load compiles this and runs parts of it, also where weights_only was asked for (before 2.6).
    private void LookAtCode(ByteSource content, string name)
    {
        string text = Encoding.UTF8.GetString(content.GetSpan(0, (int)Math.Min(content.Length, 16 << 20)));
        if (!_isScript && CodeMarks.FindInPackage(text) is { } mark)
        {
            int place = text.IndexOf(mark, StringComparison.Ordinal);
            scan.Add(ScanLevel.Suspicious, "PTH053", name, place, $"Python code that has '{mark}' in it");
        }
        foreach (
            string call in (string[])
                [
                    "torch.save(",
                    "torch.load(",
                    "torch.from_file(",
                    "aten.save(",
                    "aten.from_file(",
                    "aten::save",
                    "aten::from_file",
                    "aten.load(",
                ]
        )
        {
            int at = text.IndexOf(call, StringComparison.Ordinal);
            if (at >= 0)
            {
                string line = text[at..Math.Min(text.Length, at + 200)].Split('\n')[0];
                scan.Add(
                    ScanLevel.Dangerous,
                    "PTH051",
                    name,
                    at,
                    "TorchScript that reads or writes files",
                    call.TrimEnd('('),
                    line
                );
            }
        }
    }
}
