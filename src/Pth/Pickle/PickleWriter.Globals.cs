using System.Text;

namespace Pth.Pickle;

/// <content>Names of classes and functions.</content>
internal sealed partial class PickleWriter
{
    private static readonly PyGlobal OrderedDictClass = new("collections", "OrderedDict");
    private static readonly PyGlobal GetAttribute = new("builtins", "getattr");

    private readonly Dictionary<(string, string, PyGlobal?), int> _globals = new(SpelledNames.Instance);

    private void SaveGlobal(PyGlobal global)
    {
        if (TryRecall(global))
        {
            return;
        }
        (string, string, PyGlobal?) key = (global.Module, global.Name, global.Spelling);
        if (_globals.TryGetValue(key, out int index))
        {
            // Another value with the same name: in Python there is one class, whoever asks for it.
            _references.Alias(global, index);
            TryRecall(global);
            return;
        }
        if (global.Spelling is null && global.Name.Contains('.'))
        {
            SaveNested(global);
        }
        else
        {
            WriteGlobal(global);
        }
        _globals.Add(key, _references.Count);
        Remember(global);
    }

    /// <summary>A class in a class: protocol 2 has no name for it, so Python is asked for the attribute of the outer one.</summary>
    private void SaveNested(PyGlobal global)
    {
        string[] names = global.Name.Split('.');
        for (int i = 1; i < names.Length; i++)
        {
            SaveGlobal(GetAttribute);
        }
        WriteGlobal(new PyGlobal(global.Module, names[0]));
        foreach (string name in names.AsSpan(1))
        {
            _output.WriteText(name);
            RememberUnseen();
            _output.Write(Opcode.TUPLE2);
            _output.Write(Opcode.REDUCE);
        }
    }

    private void SaveNested(PyObject outermost)
    {
        var names = new Stack<PyString>();
        PyValue parent = outermost;
        while (parent is PyObject { Arguments: PyTuple arguments } nested)
        {
            SaveGlobal((PyGlobal)nested.Callable);
            names.Push((PyString)arguments[1]);
            parent = arguments[0];
        }
        WriteGlobal((PyGlobal)parent);
        foreach (PyString name in names)
        {
            SaveString(name);
            _output.Write(Opcode.TUPLE2);
            _output.Write(Opcode.REDUCE);
        }
        Remember(outermost);
    }

    private void WriteGlobal(PyGlobal global)
    {
        (string module, string name) = global.Spelling is { } spelling
            ? (spelling.Module, spelling.Name)
            : Python2Names.ToPython2(global.Module, global.Name);
        if (module.Contains('\n') || name.Contains('\n'))
        {
            throw new InvalidOperationException("A name with a line feed cannot be pickled.");
        }
        _output.Write(Opcode.GLOBAL);
        // CPython refuses names that are not ASCII at protocol 2, but reads them.
        _output.Write(Encoding.UTF8.GetBytes(module));
        _output.Write("\n"u8);
        _output.Write(Encoding.UTF8.GetBytes(name));
        _output.Write("\n"u8);
    }

    /// <summary>Remembered by nobody: CPython writes the number each time.</summary>
    private void WriteExtension(int code)
    {
        if (code <= byte.MaxValue)
        {
            _output.WriteU8(Opcode.EXT1, (byte)code);
        }
        else if (code <= ushort.MaxValue)
        {
            _output.WriteU16(Opcode.EXT2, (ushort)code);
        }
        else
        {
            _output.WriteI32(Opcode.EXT4, code);
        }
    }

    private sealed class SpelledNames : IEqualityComparer<(string Module, string Name, PyGlobal? Spelling)>
    {
        public static SpelledNames Instance { get; } = new();

        public bool Equals(
            (string Module, string Name, PyGlobal? Spelling) x,
            (string Module, string Name, PyGlobal? Spelling) y
        ) =>
            x.Module == y.Module
            && x.Name == y.Name
            && x.Spelling?.Module == y.Spelling?.Module
            && x.Spelling?.Name == y.Spelling?.Name;

        public int GetHashCode((string Module, string Name, PyGlobal? Spelling) key) =>
            HashCode.Combine(key.Module, key.Name);
    }
}
