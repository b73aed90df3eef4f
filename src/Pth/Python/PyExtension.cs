namespace Pth;

/// <summary>
/// A class or function by its number (<c>EXT1</c>, <c>EXT2</c>, <c>EXT4</c>): a name that some program registered with
/// <c>copyreg.add_extension</c>. Which one it is no file says, so it stays a number.
/// </summary>
/// <remarks>As a dictionary key, the same number is the same key. Source: PEP 307, and <c>copyreg.py</c> for the range.</remarks>
public sealed class PyExtension : PyValue
{
    /// <summary>Makes one of a number.</summary>
    /// <param name="code">1 to 2^31 - 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The code is less than 1.</exception>
    public PyExtension(int code)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(code, 1);
        Code = code;
    }

    /// <summary>The number, 1 to 2^31 - 1.</summary>
    public int Code { get; }

    /// <inheritdoc />
    public override string Describe() => $"extension {Code}";
}
