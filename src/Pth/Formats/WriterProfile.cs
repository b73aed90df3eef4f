namespace Pth;

/// <summary>Whose file to write: the range of PyTorch versions whose <c>torch.save</c> is followed byte for byte.</summary>
/// <remarks>
/// Every PyTorch from 1.6 on reads all of them; element types that came later than the reader excepted.
/// Sources: pull requests 57536 (keys are numbers, 1.9), 100994 (<c>.data/serialization_id</c>, 2.1),
/// 143879 and 143880 (storages in numeric order and <c>.format_version</c>, 2.7), 147788 (<c>.storage_alignment</c>, 2.7).
/// </remarks>
public enum WriterProfile
{
    /// <summary>PyTorch 2.7 and later.</summary>
    PyTorch27,

    /// <summary>PyTorch 2.1 to 2.6: no <c>.format_version</c>; storages in the order of their keys as text (0, 1, 10, 2).</summary>
    PyTorch21,

    /// <summary>PyTorch 1.13 to 2.0: also no <c>byteorder</c> and no <c>.data/serialization_id</c>.</summary>
    PyTorch113,

    /// <summary>PyTorch 1.9 to 1.12: as 1.13, and the archive is always named <c>archive</c>.</summary>
    PyTorch19,
}
