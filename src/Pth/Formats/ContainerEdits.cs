using Pth.Bytes;
using Pth.Errors;
using Pth.Formats.SafeTensors;

namespace Pth.Formats;

/// <summary>Changes to files of the containers that allow them.</summary>
internal static class ContainerEdits
{
    public static EditSummary ChangeMetadata(
        string path,
        Action<IDictionary<string, string>> change,
        Durability durability
    )
    {
        byte[] header;
        long oldEnd;
        using (ByteSource source = FileSource.Open(path))
        {
            if (!new SafeTensorsReader().Recognizes(source))
            {
                throw new ErrorLocation(path)
                    .At(0)
                    .Error(
                        CheckpointErrorKind.Unsupported,
                        "a file that is no safetensors",
                        "safetensors, which alone has metadata that can be changed"
                    );
            }
            (header, oldEnd) = SafeTensorsMetadataEdit.Make(source, change);
            if (header.Length > oldEnd)
            {
                return Rewrite(path, source, header, oldEnd, durability);
            }
        }
        using var file = new InPlaceFile(path, durability);
        file.Write(0, header);
        file.Flush();
        return new EditSummary(IsInPlace: true, header.Length);
    }

    private static EditSummary Rewrite(
        string path,
        ByteSource source,
        byte[] header,
        long oldEnd,
        Durability durability
    )
    {
        var plan = new WritePlan();
        plan.Add(header);
        plan.Add(source.Slice(oldEnd, source.Length - oldEnd));
        using ByteSink sink = ByteSink.Create(path, plan.Length, durability);
        plan.Write(sink);
        sink.Commit();
        return new EditSummary(IsInPlace: false, plan.Length);
    }
}
