using System.Globalization;

namespace Pth.StateDicts;

/// <summary>Prints a tree as PyTorch prints a network, with keys and shapes behind each line.</summary>
internal sealed class ModuleTreeRenderer(ModuleTreeOptions options)
{
    private const string SilentText = "no parameters (activation, pooling, dropout, ...)";

    private const int MaxKeysBeside = 4;

    private readonly List<ModuleTreeLine> _lines = [];

    public IReadOnlyList<ModuleTreeLine> Render(ModuleNode root)
    {
        Render(root, depth: 0, label: null, count: 1, path: root.Path);
        return _lines;
    }

    /// <param name="node">What is printed.</param>
    /// <param name="depth">How far it is indented.</param>
    /// <param name="label">What stands in front in brackets; null for the root.</param>
    /// <param name="count">How many modules the line stands for.</param>
    /// <param name="path">The path as shown: with <c>{0-11}</c> where modules are folded.</param>
    private void Render(ModuleNode node, int depth, string? label, int count, string path)
    {
        var spans = new List<ModuleTreeSpan>();
        if (depth > 0)
        {
            spans.Add(new(ModuleTreeRole.Punctuation, new string(' ', depth * 2)));
        }
        if (label is not null)
        {
            spans.Add(new(ModuleTreeRole.Punctuation, "("));
            spans.Add(new(ModuleTreeRole.Name, label));
            spans.Add(new(ModuleTreeRole.Punctuation, "): "));
        }
        if (node.Kind != ModuleNodeKind.Module)
        {
            spans.Add(new(ModuleTreeRole.Note, node.Kind == ModuleNodeKind.None ? "None" : SilentText));
            _lines.Add(new ModuleTreeLine(spans));
            return;
        }
        if (count > 1)
        {
            spans.Add(new(ModuleTreeRole.Count, $"{count} x "));
        }
        spans.Add(new(ModuleTreeRole.ClassName, node.ClassName));

        bool isLong = options.ShowKeys && IsBagOfTensors(node);
        if (node.Children.Count == 0 && !isLong)
        {
            spans.Add(new(ModuleTreeRole.Punctuation, "("));
            spans.Add(new(ModuleTreeRole.Arguments, node.Arguments));
            spans.Add(new(ModuleTreeRole.Punctuation, ")"));
            AddKeys(spans, node, path);
            _lines.Add(new ModuleTreeLine(spans));
            return;
        }

        spans.Add(new(ModuleTreeRole.Punctuation, "("));
        if (!isLong)
        {
            AddKeys(spans, node, path);
        }
        _lines.Add(new ModuleTreeLine(spans));
        if (isLong)
        {
            AddKeyLines(node, depth + 1, path);
        }
        if (node.Arguments.Length > 0)
        {
            _lines.Add(new ModuleTreeLine([Indent(depth + 1), new(ModuleTreeRole.Arguments, node.Arguments)]));
        }
        RenderChildren(node, depth + 1, path);
        _lines.Add(
            new ModuleTreeLine(
                depth > 0
                    ? [Indent(depth), new(ModuleTreeRole.Punctuation, ")")]
                    : [new(ModuleTreeRole.Punctuation, ")")]
            )
        );
    }

    private static ModuleTreeSpan Indent(int depth) => new(ModuleTreeRole.Punctuation, new string(' ', depth * 2));

    private void RenderChildren(ModuleNode node, int depth, string path)
    {
        for (int first = 0; first < node.Children.Count; )
        {
            ModuleNode child = node.Children[first];
            int last = MayFold(node) ? FindLastEqual(node.Children, first) : first;
            int count = last - first + 1;
            string label = count > 1 ? $"{child.Name}-{node.Children[last].Name}" : child.Name;
            string step = count > 1 ? $"{{{label}}}" : child.Name;
            Render(child, depth, label, count, path.Length == 0 ? step : $"{path}.{step}");
            first = last + 1;
        }
    }

    private bool MayFold(ModuleNode parent) =>
        options.Folding switch
        {
            ModuleTreeFolding.Always => true,
            ModuleTreeFolding.ModuleLists => parent.ClassName == "ModuleList",
            _ => false,
        };

    private static int FindLastEqual(IReadOnlyList<ModuleNode> children, int first)
    {
        int last = first;
        while (
            last + 1 < children.Count
            && children[first].Kind == ModuleNodeKind.Module
            && children[last + 1].Kind == ModuleNodeKind.Module
            && children[last + 1].Signature == children[first].Signature
            && ModuleNumbers.TryParse(children[last].Name, out int number)
            && ModuleNumbers.TryParse(children[last + 1].Name, out int next)
            && next == number + 1
        )
        {
            last++;
        }
        return last;
    }

    // A layer has a handful of tensors; what has more and no known class is a dictionary, best read as one.
    private static bool IsBagOfTensors(ModuleNode node) =>
        !node.IsExact && node.ClassName == ModuleNode.UnknownClass && node.Tensors.Count > MaxKeysBeside;

    private void AddKeys(List<ModuleTreeSpan> spans, ModuleNode node, string path)
    {
        if (!options.ShowKeys)
        {
            return;
        }
        for (int i = 0; i < node.Tensors.Count; i++)
        {
            spans.Add(new(ModuleTreeRole.Punctuation, i == 0 ? "  " : ", "));
            AddKey(spans, node.Tensors[i], i > 0 && path.Length > 0 ? "." : Prefix(path));
        }
    }

    private void AddKeyLines(ModuleNode node, int depth, string path)
    {
        foreach (ModuleTensor tensor in node.Tensors)
        {
            List<ModuleTreeSpan> spans = [Indent(depth)];
            AddKey(spans, tensor, Prefix(path));
            _lines.Add(new ModuleTreeLine(spans));
        }
    }

    private static string Prefix(string path) => path.Length == 0 ? "" : path + ".";

    private static void AddKey(List<ModuleTreeSpan> spans, ModuleTensor tensor, string prefix)
    {
        spans.Add(new(ModuleTreeRole.Key, prefix + tensor.Name));
        spans.Add(new(ModuleTreeRole.Punctuation, " "));
        spans.Add(new(ModuleTreeRole.Shape, Shape(tensor.Tensor)));
        if (tensor.TiedTo is { } other)
        {
            spans.Add(new(ModuleTreeRole.Punctuation, " = "));
            spans.Add(new(ModuleTreeRole.Tie, other));
        }
    }

    private static string Shape(TensorView tensor) =>
        $"[{string.Join(", ", tensor.Shape.Select(size => size.ToString(CultureInfo.InvariantCulture)))}]";
}
