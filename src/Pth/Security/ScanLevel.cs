namespace Pth;

/// <summary>How far a file can be trusted, from best to worst.</summary>
public enum ScanLevel
{
    /// <summary>Weights and plain values only.</summary>
    Safe,

    /// <summary>Loading it in Python wants classes of known packages, or the file has TorchScript or Python code in it.</summary>
    NeedsCode,

    /// <summary>It names what is not known, or its structure is not what any honest program writes.</summary>
    Suspicious,

    /// <summary>It uses a known way to run code when it is loaded.</summary>
    Dangerous,
}
