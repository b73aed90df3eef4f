using System.Runtime.InteropServices;

namespace Pth.Tensors;

/// <summary>A running sum that keeps what rounding takes away (Neumaier's way).</summary>
[StructLayout(LayoutKind.Auto)]
internal struct CompensatedSum
{
    private double _sum;
    private double _lost;

    public void Add(double value)
    {
        double sum = _sum + value;
        _lost += Math.Abs(_sum) >= Math.Abs(value) ? (_sum - sum) + value : (value - sum) + _sum;
        _sum = sum;
    }

    // Where the sum is infinite, what was lost is not a number.
    public readonly double Value => double.IsFinite(_sum) ? _sum + _lost : _sum;
}
