namespace Pth;

/// <summary>How much a file may ask for before it is refused. The default is for files from anywhere.</summary>
/// <remarks>
/// No limit stands for memory by itself: a declared length is never allocated before its bytes are known to be there.
/// </remarks>
public sealed record ReadLimits
{
    /// <summary>The limits for files from anywhere: far above every honest checkpoint.</summary>
    public static ReadLimits Default { get; } = new();

    /// <summary>Limits for files of one's own: only what the formats themselves and this machine can hold.</summary>
    public static ReadLimits Trusted { get; } =
        new()
        {
            MaxDepth = 100_000,
            MaxMemoEntries = int.MaxValue,
            MaxNameLength = 1 << 20,
            MaxRecords = int.MaxValue,
            MaxPickleLength = int.MaxValue,
            MaxInflatedLength = long.MaxValue,
        };

    /// <summary>How deep containers may nest in a pickle. Stops files built to overflow the stack of whoever walks them.</summary>
    public int MaxDepth { get; init; } = 1_000;

    /// <summary>How many objects a pickle may remember. Stops memo bombs.</summary>
    public int MaxMemoEntries { get; init; } = 64_000_000;

    /// <summary>The longest name of a record, global or tensor, in UTF-16 units.</summary>
    public int MaxNameLength { get; init; } = 4_096;

    /// <summary>How many records a container may hold.</summary>
    public int MaxRecords { get; init; } = 16_000_000;

    /// <summary>The longest pickle, in bytes. It is read whole.</summary>
    public int MaxPickleLength { get; init; } = 1 << 30;

    /// <summary>The largest size that a compressed record may unpack to, in bytes. Stops zip bombs.</summary>
    public long MaxInflatedLength { get; init; } = 1L << 32;
}
