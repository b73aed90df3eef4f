namespace Pth;

/// <summary>What is done with tensors that share memory, in a format that cannot say so.</summary>
public enum SharedTensorPolicy
{
    /// <summary>They are refused, with a table of who shares with whom.</summary>
    Error,

    /// <summary>One name of each group is kept, the others are left out and recorded in the metadata, as <c>safetensors.torch.save_model</c> does.</summary>
    KeepFirst,

    /// <summary>Each gets bytes of its own.</summary>
    Clone,
}
