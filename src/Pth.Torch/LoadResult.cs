using System.Text;

namespace Pth.Torch;

/// <summary>What was loaded, and what was not: PyTorch's <c>_IncompatibleKeys</c>.</summary>
public sealed record LoadResult
{
    internal LoadResult(
        IReadOnlyList<string> missing,
        IReadOnlyList<string> unexpected,
        IReadOnlyList<string> loaded,
        IReadOnlyList<string> skipped
    )
    {
        MissingKeys = missing;
        UnexpectedKeys = unexpected;
        LoadedKeys = loaded;
        SkippedKeys = skipped;
    }

    /// <summary>Names that the module has and the state dict has not, in the module's order.</summary>
    public IReadOnlyList<string> MissingKeys { get; }

    /// <summary>Names that the state dict has and the module has not, in PyTorch's order: those that fail at the outer modules first.</summary>
    public IReadOnlyList<string> UnexpectedKeys { get; }

    /// <summary>Names whose tensors were loaded, in the module's order.</summary>
    public IReadOnlyList<string> LoadedKeys { get; }

    /// <summary>Names of either side that were left out on demand, and what a wrapper alone has (<c>n_averaged</c>).</summary>
    public IReadOnlyList<string> SkippedKeys { get; }

    /// <summary>Takes it apart as Python's tuple.</summary>
    public void Deconstruct(out IReadOnlyList<string> missing, out IReadOnlyList<string> unexpected)
    {
        missing = MissingKeys;
        unexpected = UnexpectedKeys;
    }

    /// <summary>What Python prints: <c>&lt;All keys matched successfully&gt;</c>, or both lists.</summary>
    public override string ToString()
    {
        if (MissingKeys.Count == 0 && UnexpectedKeys.Count == 0)
        {
            return "<All keys matched successfully>";
        }
        var text = new StringBuilder("_IncompatibleKeys(missing_keys=");
        text.Append(ListOf(MissingKeys)).Append(", unexpected_keys=").Append(ListOf(UnexpectedKeys)).Append(')');
        return text.ToString();
    }

    private static string ListOf(IEnumerable<string> names) =>
        $"[{string.Join(", ", names.Select(name => Pth.StateDicts.PythonRepr.Repr(new PyString(name))))}]";
}
