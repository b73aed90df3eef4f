using System.Globalization;
using System.Numerics;

namespace Pth;

/// <summary>Python's <c>int</c>, of any size.</summary>
public sealed class PyInt : PyValue
{
    /// <summary>Larger numbers are described by their size: to write one in decimal takes time that grows with its square.</summary>
    private const int MaxDescribedBits = 1_024;

    private const int LeastShared = -1;

    private static readonly PyInt[] Shared = MakeShared();

    private readonly long _small;

    // Boxed, as nearly every number is small.
    private readonly object? _big;
    private int _hash;

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
    public BigInteger Value => _big is null ? _small : (BigInteger)_big;

    /// <summary>The number, when it fits in 64 bits.</summary>
    public bool TryGetInt64(out long value)
    {
        value = _small;
        return _big is null;
    }

    /// <summary>The hash of the number; that of a large one is kept, as a file may use it as a key over and over.</summary>
    internal int KeyHash
    {
        get
        {
            if (_big is null)
            {
                return HashCode.Combine(_small);
            }
            if (_hash == 0)
            {
                _hash = HashCode.Combine((BigInteger)_big);
            }
            return _hash;
        }
    }

    /// <inheritdoc />
    public override string Describe() =>
        _big is null ? _small.ToString(CultureInfo.InvariantCulture)
        : Value.GetBitLength() <= MaxDescribedBits ? Value.ToString(CultureInfo.InvariantCulture)
        : $"int of {Value.GetBitLength()} bits";

    /// <summary>One of a 64-bit number; small ones are shared, as numbers have no identity in a pickle.</summary>
    internal static PyInt Of(long value)
    {
        ulong index = unchecked((ulong)(value - LeastShared));
        return index < (ulong)Shared.Length ? Shared[index] : new PyInt(value);
    }

    private static PyInt[] MakeShared()
    {
        var shared = new PyInt[1_026];
        for (int i = 0; i < shared.Length; i++)
        {
            shared[i] = new PyInt(i + LeastShared);
        }
        return shared;
    }
}
