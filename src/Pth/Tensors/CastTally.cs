using System.Runtime.InteropServices;

namespace Pth.Tensors;

/// <summary>What the conversion of some elements has cost.</summary>
[StructLayout(LayoutKind.Auto)]
internal record struct CastTally
{
    public long Elements;
    public long Overflows;
    public long Underflows;
    public double LargestRelativeError;

    public void Add(in CastTally other)
    {
        Elements += other.Elements;
        Overflows += other.Overflows;
        Underflows += other.Underflows;
        LargestRelativeError = Math.Max(LargestRelativeError, other.LargestRelativeError);
    }
}
