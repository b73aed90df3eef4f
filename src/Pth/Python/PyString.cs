namespace Pth;

/// <summary>Python's <c>str</c>. Lone surrogates are kept, as Python keeps them.</summary>
/// <remarks>Compared as a dictionary key by its text, remembered by a pickle by its identity.</remarks>
public sealed class PyString(string value) : PyValue
{
    /// <summary>The text.</summary>
    public string Value { get; } = value;

    /// <inheritdoc />
    public override string Describe() => $"'{Value}'";
}
