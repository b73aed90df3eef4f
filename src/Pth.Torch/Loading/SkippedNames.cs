namespace Pth.Torch.Loading;

/// <summary>The tensors that are left out, by their own names or by those of modules.</summary>
internal sealed class SkippedNames(IReadOnlyCollection<string> skip)
{
    private readonly HashSet<string> _skip = new(skip, StringComparer.Ordinal);

    public bool Has(string name)
    {
        if (_skip.Count == 0)
        {
            return false;
        }
        for (int end = name.Length; end > 0; end = name.LastIndexOf('.', end - 1))
        {
            if (_skip.Contains(name[..end]))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>Refuses a name that nothing has: it would not skip what was meant.</summary>
    /// <exception cref="ArgumentException">There is one.</exception>
    public void Require(IReadOnlyCollection<string> names)
    {
        foreach (string wanted in _skip)
        {
            if (!names.Any(name => name == wanted || name.StartsWith(wanted + ".", StringComparison.Ordinal)))
            {
                IReadOnlyList<string> near = NameSuggestions.For(wanted, names);
                throw new ArgumentException(
                    $"found nothing named '{wanted}' to skip"
                        + (near.Count == 0 ? "" : $", expected perhaps '{string.Join("' or '", near)}'"),
                    nameof(names)
                );
            }
        }
    }
}
