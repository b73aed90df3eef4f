using System.Globalization;

namespace Pth.Formats.Torch;

// Persistent ids of the legacy stream.
internal sealed partial class TorchReducer
{
    /// <summary>
    /// PyTorch takes the address of an object, which is another each time. Ten digits are as good, and make the order of the keys as
    /// text, which is that of the data, the order in which the object names them.
    /// </summary>
    private const long FirstKey = 1_000_000_000;

    private readonly HashSet<string> _keys = new(StringComparer.Ordinal);
    private readonly HashSet<(string Module, string Name)> _modules = [];

    /// <summary>The key that a storage has in the legacy file it was read from; else one that no other has.</summary>
    private PyString LegacyKey(PyTuple? source)
    {
        if (source is { Count: 6 })
        {
            PyValue key = source[5] is PyTuple window ? window[0] : source[2];
            if (key is PyString read && _keys.Add(read.Value))
            {
                return read;
            }
        }
        long number = FirstKey + _order.Count;
        string text = number.ToString(CultureInfo.InvariantCulture);
        while (!_keys.Add(text))
        {
            text = (++number).ToString(CultureInfo.InvariantCulture);
        }
        return new PyString(text);
    }

    /// <summary>('module', class, file, source) where a class is first met; later it is only its name.</summary>
    private PyTuple? IdOf(PyGlobal module, PyTuple reference)
    {
        if (!_modules.Add((module.Module, module.Name)))
        {
            return null;
        }
        int first = reference.Count - 3;
        return new PyTuple(
            Word(ModuleClass.Tag, first == 1 ? reference[0] : null),
            reference[first],
            reference[first + 1],
            reference[first + 2]
        );
    }
}
