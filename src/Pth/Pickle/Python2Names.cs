namespace Pth.Pickle;

/// <summary>Where the classes and functions of Python 2's library are in Python 3, and back: what picklers call <c>fix_imports</c>.</summary>
/// <remarks>The facts are those of CPython 3.11's <c>_compat_pickle</c>, which differs from 3.14's only in <c>tkinter.tix</c>.</remarks>
internal static partial class Python2Names
{
    private static readonly Dictionary<string, string> ModulesTo3 = [];
    private static readonly Dictionary<string, string> ModulesTo2 = [];
    private static readonly Dictionary<(string Module, string Name), (string Module, string Name)> NamesTo3 = [];
    private static readonly Dictionary<(string Module, string Name), (string Module, string Name)> NamesTo2 = [];

    static Python2Names()
    {
        AddModules(Modules, reading: true, writing: true);
        AddModules(ModulesOnReading, reading: true, writing: false);
        AddModules(ModulesOnWriting, reading: false, writing: true);
        AddNames(Names, reading: true, writing: true);
        AddNames(NamesOnReading, reading: true, writing: false);
        AddNames(NamesOnWriting, reading: false, writing: true);
        foreach (string name in Words(Exceptions))
        {
            NamesTo3.Add(("exceptions", name), ("builtins", name));
            NamesTo2.Add(("builtins", name), ("exceptions", name));
        }
        foreach (string name in Words(OSErrors))
        {
            NamesTo2.Add(("builtins", name), ("exceptions", "OSError"));
        }
    }

    public static (string Module, string Name) ToPython3(string module, string name) =>
        Map(module, name, NamesTo3, ModulesTo3);

    public static (string Module, string Name) ToPython2(string module, string name) =>
        Map(module, name, NamesTo2, ModulesTo2);

    private static (string Module, string Name) Map(
        string module,
        string name,
        Dictionary<(string Module, string Name), (string Module, string Name)> names,
        Dictionary<string, string> modules
    ) =>
        names.TryGetValue((module, name), out (string Module, string Name) mapped) ? mapped
        : modules.TryGetValue(module, out string? other) ? (other, name)
        : (module, name);

    private static void AddModules(string facts, bool reading, bool writing)
    {
        foreach (string fact in Words(facts))
        {
            string[] pair = fact.Split('=');
            if (reading)
            {
                ModulesTo3.Add(pair[0], pair[1]);
            }
            if (writing)
            {
                ModulesTo2.Add(pair[1], pair[0]);
            }
        }
    }

    private static void AddNames(string facts, bool reading, bool writing)
    {
        foreach (string fact in Words(facts))
        {
            string[] pair = fact.Split('=');
            if (reading)
            {
                NamesTo3.Add(SplitName(pair[0]), SplitName(pair[1]));
            }
            if (writing)
            {
                NamesTo2.Add(SplitName(pair[1]), SplitName(pair[0]));
            }
        }
    }

    private static (string Module, string Name) SplitName(string fullName)
    {
        int dot = fullName.LastIndexOf('.');
        return (fullName[..dot], fullName[(dot + 1)..]);
    }

    private static string[] Words(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
}
