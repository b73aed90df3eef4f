namespace Pth;

/// <summary>That a wrapper's name is in the names of tensors.</summary>
/// <param name="Prefix">What the wrapper adds: <c>module.</c></param>
/// <param name="Writer">Which wrappers add it, for people.</param>
/// <param name="Count">How many names have it.</param>
/// <param name="Total">How many names there are, those apart that stand beside a wrapper (<c>n_averaged</c>).</param>
public readonly record struct WrapperUse(string Prefix, string Writer, int Count, int Total)
{
    /// <summary>Whether every name has it.</summary>
    public bool IsOnEvery => Count == Total;
}
