namespace Pth;

/// <summary>Python's <c>None</c>.</summary>
public sealed class PyNone : PyValue
{
    private PyNone() { }

    /// <summary>The only one.</summary>
    public static PyNone Value { get; } = new();

    /// <inheritdoc />
    public override string Describe() => "None";
}
