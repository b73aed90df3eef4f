using TorchSharp.Modules;
using Optimizer = TorchSharp.torch.optim.Optimizer;

namespace Pth.Torch.Optimizers;

/// <summary>How PyTorch lays out one kind of optimizer: the keys of its groups and of its states.</summary>
internal abstract class OptimizerLayout
{
    /// <summary>The layout of an optimizer.</summary>
    /// <exception cref="NotSupportedException">It is none of TorchSharp's, or LBFGS, whose state TorchSharp does not show.</exception>
    public static OptimizerLayout Of(Optimizer optimizer) =>
        optimizer switch
        {
            SGD => new SgdLayout(),
            Adam => new AdamLayout(),
            AdamW => new AdamWLayout(),
            Adagrad => new AdagradLayout(),
            Adadelta => new AdadeltaLayout(),
            Adamax => new AdamaxLayout(),
            ASGD => new AsgdLayout(),
            NAdam => new NAdamLayout(),
            RAdam => new RAdamLayout(),
            RMSProp => new RmsPropLayout(),
            Rprop => new RpropLayout(),
            _ => throw new NotSupportedException(
                $"The state of {optimizer.GetType().Name} cannot be read or written: TorchSharp does not show it."
            ),
        };

    /// <summary>PyTorch's name of the optimizer.</summary>
    public abstract string Name { get; }

    /// <summary>Reads a group of a file into new options, for a check and for what its states must have.</summary>
    public abstract OptimizerOptions ReadGroup(PyDict group, string where, OptimizerLoadOptions loading);

    /// <summary>Reads the state of a parameter.</summary>
    /// <returns>What puts it in its place.</returns>
    public abstract Action ReadState(
        PyDict state,
        OptimizerState target,
        OptimizerOptions options,
        Parameter parameter,
        StateReading reading,
        OptimizerLoadOptions loading
    );

    /// <summary>The keys of a group, without <c>initial_lr</c> and <c>params</c>.</summary>
    public abstract PyDict WriteGroup(OptimizerOptions options, WriterProfile profile);

    /// <summary>The state of a parameter; null where PyTorch has none before the first step.</summary>
    public abstract PyDict? WriteState(OptimizerState state, OptimizerOptions options, WriterProfile profile);
}
