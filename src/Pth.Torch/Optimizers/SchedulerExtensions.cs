using Pth.Torch.Optimizers;
using static TorchSharp.torch.optim.lr_scheduler;

namespace Pth.Torch;

/// <summary>The state of TorchSharp's learning-rate schedulers in PyTorch's layout.</summary>
public static class SchedulerExtensions
{
    /// <summary>
    /// Takes over the state of a scheduler that PyTorch or Pth saved. Make the scheduler first, then load the optimizer's state and this one: making it
    /// sets learning rates.
    /// </summary>
    /// <param name="scheduler">
    /// StepLR, MultiStepLR, ConstantLR, LinearLR, PolynomialLR, ExponentialLR, CosineAnnealingLR, LambdaLR, MultiplicativeLR, <see cref="CyclicRate"/> or
    /// CyclicLR without momentum, <see cref="OneCycleRate"/> or OneCycleLR of one group, ReduceLROnPlateau, SequentialLR or ChainedLR.
    /// </param>
    /// <param name="state">The dictionary of its <c>state_dict()</c>.</param>
    /// <param name="options">What may be left out; null for nothing.</param>
    /// <remarks>
    /// As in PyTorch, arguments such as <c>gamma</c> come from the state, functions from the program. Those of OneCycleLR, <c>total_steps</c> excepted,
    /// come from the program too. Nothing is changed when it throws.
    /// </remarks>
    /// <exception cref="OptimizerStateException">It is no such dictionary, or one of another scheduler or for other groups.</exception>
    /// <exception cref="NotSupportedException">TorchSharp's scheduler would go on along another curve.</exception>
    public static void LoadStateDict(this LRScheduler scheduler, PyValue state, OptimizerLoadOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(scheduler);
        ArgumentNullException.ThrowIfNull(state);
        foreach (Action change in Prepare(scheduler, state, options ?? OptimizerLoadOptions.Default))
        {
            change();
        }
    }

    /// <summary>Reads and checks a state without a change to the scheduler.</summary>
    /// <returns>What puts it in its place. None of it can fail.</returns>
    internal static IReadOnlyList<Action> Prepare(LRScheduler scheduler, PyValue state, OptimizerLoadOptions options)
    {
        IReadOnlyList<Action> changes = SchedulerLayouts
            .Of(scheduler, WriterProfile.PyTorch27)
            .Read(state, "The scheduler's state", options);
        if (scheduler is impl.OneCycleLR cycle)
        {
            OneCycleCheck.ThrowIfOther(cycle, state);
        }
        return changes;
    }

    /// <summary>The state of a scheduler as PyTorch's <c>state_dict()</c> gives it, to be saved.</summary>
    /// <param name="scheduler">See <see cref="LoadStateDict"/>.</param>
    /// <param name="options">For which PyTorch; null for the newest.</param>
    /// <exception cref="NotSupportedException">PyTorch's scheduler would go on along another curve.</exception>
    public static PyDict ToStateDict(this LRScheduler scheduler, OptimizerSaveOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(scheduler);
        return SchedulerLayouts.Of(scheduler, (options ?? OptimizerSaveOptions.Default).Profile).Write();
    }
}
