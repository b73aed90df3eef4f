namespace Pth;

/// <summary>What a saved file has survived when <c>Save</c> returns. Either way the old file stays until the new one is whole.</summary>
public enum Durability
{
    /// <summary>The file and its name are on the disk: a power cut loses nothing.</summary>
    Synced,

    /// <summary>The operating system has them: a crash of the program loses nothing, a power cut may. As <c>torch.save</c>.</summary>
    Kernel,
}
