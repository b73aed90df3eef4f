namespace Pth.Torch.Optimizers;

/// <summary>One key of a parameter group, as PyTorch writes it and as TorchSharp holds it.</summary>
internal abstract class GroupEntry<TOptions>(string name)
{
    /// <summary>PyTorch's name for it.</summary>
    public string Name { get; } = name;

    /// <summary>The first profile whose PyTorch writes it. Profiles count down from the newest.</summary>
    public WriterProfile Since { get; init; } = WriterProfile.PyTorch19;

    /// <summary>Whether a file without it is none of this optimizer's. PyTorch fills in what came later.</summary>
    public virtual bool IsRequired => false;

    /// <summary>Takes over what a file says.</summary>
    /// <exception cref="OptimizerStateException">The value is of a wrong kind.</exception>
    /// <exception cref="NotSupportedException">TorchSharp cannot do what it says.</exception>
    public abstract void Read(PyValue value, TOptions options, string where);

    /// <summary>Takes over PyTorch's default, for a file that does not have it.</summary>
    public virtual void Default(TOptions options) { }

    /// <summary>The value for a file.</summary>
    public abstract PyValue Write(TOptions options, WriterProfile profile);
}
