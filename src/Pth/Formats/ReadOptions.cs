namespace Pth;

/// <summary>How a checkpoint is read.</summary>
public sealed record ReadOptions
{
    /// <summary>The defaults, which are right for files from anywhere.</summary>
    public static ReadOptions Default { get; } = new();

    /// <summary>How much the file may ask for.</summary>
    public ReadLimits Limits { get; init; } = ReadLimits.Default;

    /// <summary>
    /// Whether the checksums of storages are checked while opening. Left open, <c>Load</c> checks them as it copies, and <c>Open</c>
    /// leaves it to whoever copies or verifies a tensor. The checksum of the pickle is checked always.
    /// </summary>
    public bool? VerifyChecksums { get; init; }

    /// <summary>Whether oddities that the format's own reader lets pass are let pass too: a name twice in a safetensors header, where the last one counts.</summary>
    public bool Lenient { get; init; }

    /// <summary>Told how far a long copy has come.</summary>
    public IProgress<TransferProgress>? Progress { get; init; }

    /// <summary>Stops a long copy, and waiting for whoever writes into a pipe.</summary>
    public CancellationToken CancellationToken { get; init; }
}
