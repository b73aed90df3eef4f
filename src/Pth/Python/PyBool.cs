namespace Pth;

/// <summary>Python's <c>True</c> and <c>False</c>.</summary>
public sealed class PyBool : PyValue
{
    private PyBool(bool value) => Value = value;

    /// <summary>Python's <c>True</c>.</summary>
    public static PyBool True { get; } = new(value: true);

    /// <summary>Python's <c>False</c>.</summary>
    public static PyBool False { get; } = new(value: false);

    /// <summary>The value.</summary>
    public bool Value { get; }

    /// <summary>The one of the two that has this value.</summary>
    public static PyBool Of(bool value) => value ? True : False;

    /// <inheritdoc />
    public override string Describe() => Value ? "True" : "False";
}
