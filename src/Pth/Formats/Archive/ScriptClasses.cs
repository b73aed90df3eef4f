using System.Text;
using Pth.Bytes;
using Pth.Zip;

namespace Pth.Formats.Archive;

/// <summary>
/// What TorchScript's classes declare: the lines at the head of a class in a record of code, which say what its parameters and buffers are.
/// Each record is looked through once, when an object of one of its classes is met. Nothing below the first method is looked at.
/// </summary>
/// <remarks>Source: <c>torch/csrc/jit/serialization/python_print.cpp</c>. Files of before PyTorch 1.6 do not declare buffers: there every other tensor is one.</remarks>
/// <param name="archive">The file.</param>
/// <param name="folder">Where the code is: <c>code/</c>.</param>
/// <param name="limits">How long a record may be.</param>
internal sealed class ScriptClasses(TorchArchive archive, string folder, ReadLimits limits)
{
    private readonly Dictionary<string, Dictionary<string, PyModuleFields>> _records = new(StringComparer.Ordinal);

    private static ReadOnlySpan<byte> ClassStart => "class "u8;

    private static ReadOnlySpan<byte> ModuleEnd => "(Module):"u8;

    private static ReadOnlySpan<byte> ParametersStart => "  __parameters__ = ["u8;

    private static ReadOnlySpan<byte> BuffersStart => "  __buffers__ = ["u8;

    private static ReadOnlySpan<byte> MethodStart => "  def "u8;

    private static ReadOnlySpan<byte> TensorEnd => " : Tensor"u8;

    private static ReadOnlySpan<byte> AnnotationStart => "  __annotations__[\""u8;

    private static ReadOnlySpan<byte> AnnotationEnd => "\"] = Tensor"u8;

    /// <summary>What a class declares; null when the file has no code of it, or when it is no module.</summary>
    public PyModuleFields? Find(PyGlobal global)
    {
        if (!_records.TryGetValue(global.Module, out Dictionary<string, PyModuleFields>? classes))
        {
            string record = $"{folder}{global.Module.Replace('.', '/')}.py";
            classes = archive.TryFind(record, out ZipEntry? entry) ? Read(entry) : [];
            _records.Add(global.Module, classes);
        }
        return classes.GetValueOrDefault(global.Name);
    }

    private Dictionary<string, PyModuleFields> Read(ZipEntry entry)
    {
        using NativeMemorySource? copy = ArchivePickle.Open(archive, entry, limits, out ByteSource bytes);
        return Parse(bytes.GetSpan(0, (int)bytes.Length));
    }

    private static Dictionary<string, PyModuleFields> Parse(ReadOnlySpan<byte> code)
    {
        var classes = new Dictionary<string, PyModuleFields>(StringComparer.Ordinal);
        ScriptClassHead? head = null;
        foreach (Range range in code.Split((byte)'\n'))
        {
            ReadOnlySpan<byte> line = code[range];
            if (line.StartsWith(ClassStart))
            {
                Close(head, classes);
                head = line.EndsWith(ModuleEnd)
                    ? new ScriptClassHead(Text(line[ClassStart.Length..^ModuleEnd.Length]))
                    : null;
            }
            else if (head is null)
            {
                continue;
            }
            else if (line.StartsWith(ParametersStart))
            {
                head.Parameters.UnionWith(Names(line[ParametersStart.Length..]));
            }
            else if (line.StartsWith(BuffersStart))
            {
                head.Buffers = [.. Names(line[BuffersStart.Length..])];
            }
            else if (line.StartsWith(AnnotationStart) && line.EndsWith(AnnotationEnd))
            {
                head.Tensors.Add(Text(line[AnnotationStart.Length..^AnnotationEnd.Length]));
            }
            else if (line.StartsWith(MethodStart))
            {
                Close(head, classes);
                head = null;
            }
            else if (line.EndsWith(TensorEnd))
            {
                head.Tensors.Add(Text(line[2..^TensorEnd.Length]));
            }
        }
        Close(head, classes);
        return classes;
    }

    private static void Close(ScriptClassHead? head, Dictionary<string, PyModuleFields> classes)
    {
        if (head is not null)
        {
            classes[head.Name] = new PyModuleFields(head.Parameters, head.Buffers ?? head.Tensors);
        }
    }

    // "a", "b", ]
    private static List<string> Names(ReadOnlySpan<byte> list)
    {
        var names = new List<string>();
        while (list.StartsWith("\""u8))
        {
            int end = list.IndexOf("\", "u8);
            if (end < 0)
            {
                break;
            }
            names.Add(Text(list[1..end]));
            list = list[(end + 3)..];
        }
        return names;
    }

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);

    /// <summary>The declarations of the class that is being read.</summary>
    private sealed class ScriptClassHead(string name)
    {
        public string Name => name;

        public HashSet<string> Parameters { get; } = new(StringComparer.Ordinal);

        /// <summary>Null where the class does not say.</summary>
        public HashSet<string>? Buffers { get; set; }

        public HashSet<string> Tensors { get; } = new(StringComparer.Ordinal);
    }
}
