namespace Pth.Pickle;

/// <summary>What follows an instruction in the stream.</summary>
internal enum PickleArgument : byte
{
    None,
    UInt8,
    UInt16,
    Int32,
    UInt32,
    UInt64,
    Double,

    /// <summary>Text up to a line feed.</summary>
    Line,

    /// <summary>Two such texts: module and name.</summary>
    TwoLines,

    /// <summary>A u8 count and as many bytes.</summary>
    Counted8,

    /// <summary>An i32 count and as many bytes.</summary>
    CountedInt32,

    /// <summary>A u32 count and as many bytes.</summary>
    CountedUInt32,

    /// <summary>A u64 count and as many bytes.</summary>
    Counted64,
}
