using System.Text;

namespace Pth.StateDicts;

/// <summary>Numbers nodes so that those that look the same have the same number.</summary>
internal sealed class ModuleSignatures
{
    private readonly Dictionary<string, int> _known = new(StringComparer.Ordinal);

    /// <summary>Numbers a node whose children have their numbers.</summary>
    public void Assign(ModuleNode node)
    {
        var text = new StringBuilder();
        text.Append((int)node.Kind).Append('\0').Append(node.ClassName).Append('\0').Append(node.Arguments);
        foreach (ModuleTensor tensor in node.Tensors)
        {
            text.Append('\0').Append(tensor.Name).Append('\0').AppendJoin(',', tensor.Tensor.Shape);
            text.Append(tensor.Tensor.DType.TorchName).Append('\0').Append(tensor.TiedTo);
        }
        foreach (ModuleNode child in node.Children)
        {
            text.Append('\0').Append(child.Name).Append('\0').Append(child.Signature);
        }
        string signature = text.ToString();
        if (!_known.TryGetValue(signature, out int number))
        {
            number = _known.Count;
            _known.Add(signature, number);
        }
        node.Signature = number;
    }
}
