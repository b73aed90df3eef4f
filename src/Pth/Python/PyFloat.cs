using System.Globalization;

namespace Pth;

/// <summary>Python's <c>float</c>.</summary>
public sealed class PyFloat(double value) : PyValue
{
    /// <summary>The number.</summary>
    public double Value { get; } = value;

    /// <inheritdoc />
    public override string Describe() => Value.ToString("R", CultureInfo.InvariantCulture);
}
