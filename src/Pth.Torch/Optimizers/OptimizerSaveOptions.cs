using static TorchSharp.torch.optim.lr_scheduler;

namespace Pth.Torch;

/// <summary>How to write the state of an optimizer or a scheduler.</summary>
public sealed record OptimizerSaveOptions
{
    /// <summary>For the newest PyTorch, which every one from 1.13 on reads.</summary>
    public static OptimizerSaveOptions Default { get; } = new();

    /// <summary>Whose keys to write.</summary>
    public WriterProfile Profile { get; init; } = WriterProfile.PyTorch27;

    /// <summary>
    /// Whether groups have <c>initial_lr</c>, from which PyTorch's schedulers begin when they are made with <c>last_epoch</c>.
    /// Null writes it where it differs from <c>lr</c>.
    /// </summary>
    public bool? InitialLearningRate { get; init; }

    /// <summary>The scheduler of the optimizer. PyTorch's OneCycleLR reads its rates from the optimizer's groups, which then have them.</summary>
    public LRScheduler? Scheduler { get; init; }
}
