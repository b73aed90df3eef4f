using Pth.Errors;

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
            MaxExpansion = int.MaxValue,
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

    /// <summary>
    /// How many bytes of memory the content of a file may take for each byte of the file, beside 64 MiB that any may: compressed records
    /// when they are unpacked, and the values of pickles. Stops bombs of every kind; no writer of checkpoints comes near it, but a lone
    /// pickle of millions of small lists can.
    /// </summary>
    public int MaxExpansion { get; init; } = 8;

    /// <summary>What the file that is being read may still take; null before one is.</summary>
    /// <remarks>It is here since the limits go wherever a part of a file is read, and all parts draw on one budget.</remarks>
    internal MemoryBudget? Budget { get; private init; }

    /// <summary>The same limits for one file. Within what is being read already they stay as they are: its length counts.</summary>
    internal ReadLimits For(long length) =>
        Budget is null ? this with { Budget = new MemoryBudget(length, MaxExpansion) } : this;

    /// <summary>The same limits for a first look, which takes no more than this.</summary>
    internal ReadLimits ForLook(long bytes) => this with { Budget = new MemoryBudget(0, 0, bytes) };

    /// <summary>The same limits for a file beside the one that is being read.</summary>
    internal ReadLimits ForAnother() => Budget is null ? this : this with { Budget = null };
}
