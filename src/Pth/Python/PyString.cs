namespace Pth;

/// <summary>Python's <c>str</c>. Lone surrogates are kept, as Python keeps them.</summary>
/// <remarks>Compared as a dictionary key by its text, remembered by a pickle by its identity.</remarks>
public sealed class PyString(string value) : PyValue
{
    private const int MaxDescribed = 200;

    private int _hash;

    /// <summary>The text.</summary>
    public string Value { get; } = value;

    /// <summary>The hash of the text, kept: a file may use one long string as a key over and over.</summary>
    internal int KeyHash
    {
        get
        {
            if (_hash == 0)
            {
                // 0 stands for "not known yet"; a text that hashes to it is hashed each time, which nobody can arrange for.
                _hash = Value.GetHashCode(StringComparison.Ordinal);
            }
            return _hash;
        }
    }

    /// <inheritdoc />
    public override string Describe() =>
        Value.Length <= MaxDescribed ? $"'{Value}'" : $"'{Value[..MaxDescribed]}...', {Value.Length} characters";
}
