using System.Diagnostics.CodeAnalysis;
using Pth.StateDicts;

namespace Pth.Torch.Loading;

/// <summary>The entries of a state dict by the names that the module has for them.</summary>
internal sealed class TranslatedNames
{
    // What AveragedModel alone has, beside the module that it wraps.
    private const string Averaged = "n_averaged";

    private readonly OrderedDictionary<string, PyValue> _entries = new(StringComparer.Ordinal);
    private readonly PyDict? _metadata;
    private readonly BoundRule? _moduleNames;

    /// <param name="state">The state dict.</param>
    /// <param name="moduleNames">The names of the module's tensors.</param>
    /// <param name="options">What is done to the names.</param>
    /// <exception cref="InvalidOperationException">Two names would become one.</exception>
    public TranslatedNames(StateDict state, IReadOnlyList<string> moduleNames, LoadStateDictOptions options)
    {
        StateDict mapped = options.Map.Count == 0 ? state : state.Rename(options.Map);
        if (!options.Unwrap)
        {
            foreach ((string name, PyValue value) in mapped.Entries)
            {
                _entries.Add(name, value);
            }
            _metadata = mapped.Metadata;
            return;
        }
        StateDict bare = mapped.Unwrap();
        _metadata = bare.Metadata;
        _moduleNames = RenameRule.Unwrap.Bind(moduleNames);
        var fullNames = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string name in moduleNames)
        {
            fullNames.TryAdd(_moduleNames.Rename(name), name);
        }
        // A name that the module has not is put where the others are.
        string front = string.Concat(
            Enumerable.Repeat(WrapperPrefixes.Module, WrapperPrefixes.CountModuleLayers(moduleNames))
        );
        bool wasAveraged = !mapped.Entries.Keys.SequenceEqual(bare.Entries.Keys, StringComparer.Ordinal);
        foreach ((string name, PyValue value) in bare.Entries)
        {
            if (fullNames.TryGetValue(name, out string? full))
            {
                _entries.Add(full, value);
            }
            else if (wasAveraged && name == Averaged)
            {
                LeftOut.Add(name);
            }
            else
            {
                _entries.Add(front + name, value);
            }
        }
    }

    /// <summary>All names, in the order of the state dict.</summary>
    public IReadOnlyCollection<string> Keys => _entries.Keys;

    /// <summary>What a wrapper has for itself, and the module has no place for.</summary>
    public List<string> LeftOut { get; } = [];

    public bool TryGetValue(string name, [MaybeNullWhen(false)] out PyValue value) =>
        _entries.TryGetValue(name, out value);

    /// <summary>The version that <c>_metadata</c> has for a module; null where it has none.</summary>
    public long? VersionOf(string modulePath)
    {
        string path = _moduleNames?.RenameModule(modulePath) ?? modulePath;
        return
            _metadata is not null
            && _metadata.TryGetValue(path, out PyValue? facts)
            && facts is PyDict dictionary
            && dictionary.TryGetValue("version", out PyValue? version)
            && version is PyInt { Value: var number }
            && number >= 0
            && number <= long.MaxValue
            ? (long)number
            : null;
    }
}
