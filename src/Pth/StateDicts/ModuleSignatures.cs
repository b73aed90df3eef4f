using System.Globalization;
using System.Text;

namespace Pth.StateDicts;

/// <summary>Numbers nodes so that those that look the same have the same number.</summary>
internal sealed class ModuleSignatures
{
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _known = new Dictionary<string, int>(
        StringComparer.Ordinal
    ).GetAlternateLookup<ReadOnlySpan<char>>();

    // Most nodes are known already: their text is made here and thrown away.
    private readonly StringBuilder _text = new();
    private char[] _characters = new char[256];

    /// <summary>Numbers a node whose children have their numbers.</summary>
    public void Assign(ModuleNode node)
    {
        _text.Clear();
        _text.Append((int)node.Kind).Append('\0').Append(node.ClassName).Append('\0').Append(node.Arguments);
        foreach (ModuleTensor tensor in node.Tensors)
        {
            _text.Append('\0').Append(tensor.Name).Append('\0');
            foreach (long size in tensor.Tensor.Shape)
            {
                _text.Append(CultureInfo.InvariantCulture, $"{size},");
            }
            _text.Append(tensor.Tensor.DType.TorchName).Append('\0').Append(tensor.TiedTo);
        }
        foreach (ModuleNode child in node.Children)
        {
            _text.Append('\0').Append(child.Name).Append('\0').Append(child.Signature);
        }

        if (_characters.Length < _text.Length)
        {
            _characters = new char[Math.Max(_text.Length, _characters.Length * 2)];
        }
        Span<char> signature = _characters.AsSpan(0, _text.Length);
        _text.CopyTo(0, signature, signature.Length);
        if (!_known.TryGetValue(signature, out int number))
        {
            number = _known.Dictionary.Count;
            _known[signature] = number;
        }
        node.Signature = number;
    }
}
