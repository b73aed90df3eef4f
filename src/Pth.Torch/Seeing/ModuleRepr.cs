using System.Text;
using Pth.Torch.Modules;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pth.Torch.Seeing;

/// <summary>A module as <c>print(net)</c> prints it.</summary>
internal sealed class ModuleRepr(ReprOptions options)
{
    private readonly NativeArguments _native = new() { IsAsking = options.AsksNative };

    /// <summary>The whole tree, with <c>\n</c> between its lines and none at the end.</summary>
    public string Of(WalkedModule walked, WalkedModule? parent = null)
    {
        string name = NameOf(walked);
        string extra = ExtraOf(walked, parent);
        List<string> children = ChildrenOf(walked);
        if (children.Count == 0 && !extra.Contains('\n', StringComparison.Ordinal))
        {
            return $"{name}({extra})";
        }
        var text = new StringBuilder(name).Append('(');
        foreach (string line in (extra.Length == 0 ? [] : extra.Split('\n')).Concat(children))
        {
            text.Append("\n  ").Append(line);
        }
        return text.Append("\n)").ToString();
    }

    /// <summary>The class, as Python calls it.</summary>
    public static string NameOf(WalkedModule walked) => walked.HiddenClass ?? ModuleKind.Of(walked.Module);

    /// <summary>What stands between the parentheses: the parent's word, the module's own, PyTorch's for its layers, or a question mark.</summary>
    public string ExtraOf(WalkedModule walked, WalkedModule? parent)
    {
        if (walked.HiddenClass is null)
        {
            if (parent?.Module is IExtraRepr owner && owner.ExtraReprOf(walked.LocalName, walked.Module) is { } given)
            {
                return given;
            }
            if (walked.Module is IExtraRepr own)
            {
                return own.ExtraRepr;
            }
        }
        // A class of TorchSharp that is no layer of PyTorch's may have arguments that PyTorch would print; a user's says it has none.
        return LayerText.Of(walked, _native, options)
            ?? (options.MarksUnknown && walked.Module.GetType().Assembly == typeof(nn.Module).Assembly ? "?" : "");
    }

    private List<string> ChildrenOf(WalkedModule walked)
    {
        var lines = new List<string>();
        bool folds = options.FoldsAll || (options.Folds && IsModuleList(walked));
        IReadOnlyList<WalkedModule> children = walked.Children;
        string[] texts = [.. children.Select(child => Of(child, walked))];
        for (int i = 0; i < texts.Length; )
        {
            int end = i + 1;
            while (folds && end < texts.Length && texts[end] == texts[i])
            {
                end++;
            }
            string text = texts[i].Replace("\n", "\n  ", StringComparison.Ordinal);
            lines.Add(
                end == i + 1
                    ? $"({children[i].LocalName}): {text}"
                    : $"({children[i].LocalName}-{children[end - 1].LocalName}): {end - i} x {text}"
            );
            i = end;
        }
        return lines;
    }

    private static bool IsModuleList(WalkedModule walked) =>
        walked.HiddenClass is { } hidden
            ? hidden == nameof(ModuleList<>)
            : LayerText.IsGeneric(walked.Module, typeof(ModuleList<>));
}
