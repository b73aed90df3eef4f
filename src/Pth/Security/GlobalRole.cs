namespace Pth.Security;

/// <summary>What calling a known function means for the scanner.</summary>
internal enum GlobalRole : byte
{
    Other,

    /// <summary>Makes bytes of text or of a number.</summary>
    MakesBytes,

    /// <summary>Takes as much memory as its first argument says.</summary>
    Allocates,

    /// <summary>Counts as far as its arguments say, for whoever makes a list of it.</summary>
    Counts,

    /// <summary>Calls its second argument with its first.</summary>
    CallsSecondWithFirst,

    /// <summary>Makes a tensor of storage, offset, size and stride.</summary>
    RebuildsTensor,

    /// <summary>The same with the dtype apart, on a storage of bytes.</summary>
    RebuildsTyped,

    /// <summary>Wraps a tensor.</summary>
    WrapsTensor,

    /// <summary>Calls its first argument with its third.</summary>
    CallsFirstWithThird,

    /// <summary>Makes an object of its first argument.</summary>
    MakesFirst,

    /// <summary>Gives its argument back, as torch.Size does a tuple.</summary>
    Wraps,

    /// <summary>A storage class or a dtype.</summary>
    HasItemSize,
}
