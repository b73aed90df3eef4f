namespace Pth.Torch;

/// <summary>A state dict does not fit a module. Nothing was loaded.</summary>
/// <remarks>The message is PyTorch's, word for word, followed by hints of our own.</remarks>
public sealed class LoadStateDictException : InvalidOperationException
{
    internal LoadStateDictException(
        string module,
        LoadResult result,
        IReadOnlyList<string> errors,
        IReadOnlyList<string> hints
    )
        : base(string.Concat($"Error(s) in loading state_dict for {module}:", Lines(errors), Lines(hints)))
    {
        Result = result;
        Errors = errors;
        Hints = hints;
    }

    /// <summary>The missing and unexpected names, as they would have been returned.</summary>
    public LoadResult Result { get; }

    /// <summary>PyTorch's messages in PyTorch's order: missing names, unexpected names, then one for each tensor that does not fit.</summary>
    public IReadOnlyList<string> Errors { get; }

    /// <summary>What may have been meant: the nearest names, an option.</summary>
    public IReadOnlyList<string> Hints { get; }

    private static string Lines(IReadOnlyList<string> lines) => string.Concat(lines.Select(line => "\n\t" + line));
}
