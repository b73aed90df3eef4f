using System.Globalization;
using System.Numerics;

namespace Pth;

/// <summary>Python's <c>int</c>, of any size.</summary>
public sealed class PyInt : PyValue
{
    private readonly long _small;
    private readonly BigInteger? _big;

    /// <summary>Makes one of a 64-bit number.</summary>
    public PyInt(long value) => _small = value;

    /// <summary>Makes one of any size.</summary>
    public PyInt(BigInteger value)
    {
        if (value >= long.MinValue && value <= long.MaxValue)
        {
            _small = (long)value;
        }
        else
        {
            _big = value;
        }
    }

    /// <summary>The number.</summary>
    public BigInteger Value => _big ?? _small;

    /// <summary>The number, when it fits in 64 bits.</summary>
    public bool TryGetInt64(out long value)
    {
        value = _small;
        return _big is null;
    }

    /// <inheritdoc />
    public override string Describe() => Value.ToString(CultureInfo.InvariantCulture);
}
