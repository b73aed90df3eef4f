namespace Pth;

/// <summary>Why a checkpoint could not be read, each by its cause.</summary>
public enum CheckpointErrorKind
{
    /// <summary>The content is of no container that Pth knows.</summary>
    UnknownContainer,

    /// <summary>The container is known, but it uses a feature that Pth does not read.</summary>
    Unsupported,

    /// <summary>The file ends before bytes that its own headers promise.</summary>
    Truncated,

    /// <summary>A zip structure breaks the format, or two structures that must agree do not.</summary>
    InvalidZip,

    /// <summary>A tar structure breaks the format.</summary>
    InvalidTar,

    /// <summary>Two records have one name (also when only the case differs, as PyTorch looks them up so).</summary>
    DuplicateRecord,

    /// <summary>A record that the container or the pickle asks for is not there.</summary>
    MissingRecord,

    /// <summary>The bytes do not have the checksum that the file records for them.</summary>
    ChecksumMismatch,

    /// <summary>The pickle stream breaks the rules of the pickle machine.</summary>
    InvalidPickle,

    /// <summary>The header of a container without a pickle, or an index of shards, breaks the rules of its format.</summary>
    InvalidHeader,

    /// <summary>A tensor's description is wrong in itself or reaches outside its storage.</summary>
    InvalidTensor,

    /// <summary>A storage has another size than the pickle says.</summary>
    SizeMismatch,

    /// <summary>The content exceeds a limit of <see cref="ReadLimits"/>.</summary>
    LimitExceeded,

    /// <summary>The checkpoint holds no state dict where one was asked for.</summary>
    NoStateDict,
}
