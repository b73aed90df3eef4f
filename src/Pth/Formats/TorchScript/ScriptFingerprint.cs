using Pth.Formats.Archive;
using Pth.Zip;

namespace Pth.Formats.TorchScript;

/// <summary>Tells from its records which PyTorch wrote a TorchScript archive, and which of them are code.</summary>
internal static class ScriptFingerprint
{
    public static ContainerInfo Read(TorchArchive archive)
    {
        ContainerInfo info = ArchiveFacts.Read(archive, "torchscript");
        bool hasBytecode = archive.TryFind(ScriptRecords.Bytecode, out _);
        return info with
        {
            Writer = Judge(archive, info) + (hasBytecode ? ", with bytecode for the lite interpreter" : ""),
            Code = [.. archive.Entries.Where(entry => IsCode(archive.NameInFolder(entry))).Select(entry => entry.Name)],
        };
    }

    private static string Judge(TorchArchive archive, ContainerInfo info)
    {
        if (archive.TryFind(TorchRecords.ScriptModel, out _))
        {
            return "PyTorch 1.0 to 1.3";
        }
        if (info.ByteOrder is not null)
        {
            return "PyTorch 2.1 or later";
        }
        // Since 1.6 the version depends on what is in the file, and is written last.
        return archive.TryFind(TorchRecords.Version, out ZipEntry? version) && version.Index == 0
            ? "PyTorch 1.4 or 1.5"
            : "PyTorch 1.6 to 2.0";
    }

    private static bool IsCode(string record) =>
        record == ScriptRecords.Bytecode
        || (
            record.EndsWith(".py", StringComparison.Ordinal)
            && (
                record.StartsWith(TorchRecords.ScriptCode, StringComparison.Ordinal)
                || record.StartsWith(ScriptRecords.Libraries, StringComparison.Ordinal)
            )
        );
}
