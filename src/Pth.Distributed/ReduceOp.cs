namespace Pth.Distributed;

/// <summary>How the values of all ranks become one.</summary>
public enum ReduceOp
{
    /// <summary>The sum in the order of the ranks; for bool "any". Integers wrap.</summary>
    Sum,

    /// <summary>The sum divided by the number of ranks. For floating-point elements only.</summary>
    Average,

    /// <summary>The greatest, NaN where one rank has NaN; for bool "any".</summary>
    Max,
}
