using System.Text;

namespace Pth.Fuzz;

/// <summary>The reader of an index of shards, with the shards <c>a.safetensors</c> and <c>b.safetensors</c> beside it.</summary>
internal sealed class IndexTarget : IFuzzTarget
{
    private readonly Lazy<string> _folder = new(MakeFolder);

    public string Name => "index";

    public void Read(ReadOnlyMemory<byte> input)
    {
        string path = Path.Combine(_folder.Value, "model.safetensors.index.json");
        using (FileStream file = File.Create(path))
        {
            file.Write(input.Span);
        }
        using Checkpoint checkpoint = Checkpoint.Open(path);
        Touch.Use(checkpoint);
    }

    private static string MakeFolder()
    {
        string folder = Directory.CreateTempSubdirectory("pth-fuzz-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        WriteShard(Path.Combine(folder, "a.safetensors"), "x", "y");
        WriteShard(Path.Combine(folder, "b.safetensors"), "z", "y");
        return folder;
    }

    private static void WriteShard(string path, string first, string second)
    {
        string header =
            $$$"""{"{{{first}}}":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"{{{second}}}":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}""";
        using FileStream file = File.Create(path);
        using var writer = new BinaryWriter(file, Encoding.UTF8);
        writer.Write((long)Encoding.UTF8.GetByteCount(header));
        writer.Write(Encoding.UTF8.GetBytes(header));
        writer.Write(1f);
        writer.Write(2f);
        writer.Write(3f);
    }
}
