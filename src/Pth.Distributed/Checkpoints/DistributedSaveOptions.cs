namespace Pth.Distributed;

/// <summary>How a wrapped module is saved.</summary>
public sealed record DistributedSaveOptions
{
    /// <summary>The defaults.</summary>
    public static DistributedSaveOptions Default { get; } = new();

    /// <summary>
    /// Whether names begin with <c>module.</c>, as <c>torch.save(ddp.state_dict())</c> writes them. Without it they are the plain network's, and the
    /// file loads into it everywhere.
    /// </summary>
    public bool KeepsModulePrefix { get; init; }

    /// <summary>Makes what is saved of the state dict: a dictionary that holds an optimizer's state and an epoch as well, say. Null saves it alone.</summary>
    public Func<StateDict, PyValue>? Content { get; init; }

    /// <summary>How the file is written.</summary>
    public WriteOptions Write { get; init; } = WriteOptions.Default;

    /// <summary>What is saved of a wrapper.</summary>
    internal PyValue ContentOf(TorchSharp.torch.nn.Module wrapper, TorchSharp.torch.nn.Module wrapped)
    {
        StateDict state = Pth.Torch.ModuleExtensions.ToStateDict(KeepsModulePrefix ? wrapper : wrapped);
        return Content is null ? state.ToPython() : Content(state);
    }
}
