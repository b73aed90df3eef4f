using Pth.Torch.Optimizers;
using TorchSharp.Modules;
using Optimizer = TorchSharp.torch.optim.Optimizer;

namespace Pth.Torch;

/// <summary>The state of TorchSharp's optimizers and learning-rate schedulers in PyTorch's layout.</summary>
public static partial class OptimizerExtensions
{
    /// <summary>
    /// Takes over the state of an optimizer that PyTorch or Pth saved, as PyTorch's <c>load_state_dict</c>: hyper-parameters, and the state
    /// of each parameter on its device and in its element type. Parameters are matched by their order in the groups.
    /// </summary>
    /// <param name="optimizer">SGD, Adam, AdamW, Adagrad, Adadelta, Adamax, ASGD, NAdam, RAdam, RMSprop or Rprop.</param>
    /// <param name="state">The dictionary with <c>state</c> and <c>param_groups</c>.</param>
    /// <param name="options">What may be left out; null for nothing.</param>
    /// <remarks>Nothing is changed when it throws. Tensors are copied, so that the checkpoint may be closed afterwards.</remarks>
    /// <exception cref="OptimizerStateException">It is no such dictionary, or one for other groups or parameters.</exception>
    /// <exception cref="CheckpointException"><see cref="CheckpointErrorKind.ChecksumMismatch"/>.</exception>
    /// <exception cref="NotSupportedException">
    /// It asks for what TorchSharp's optimizer cannot do (<c>maximize</c> in RAdam), or the optimizer is LBFGS, whose state TorchSharp does not show.
    /// </exception>
    public static void LoadStateDict(this Optimizer optimizer, PyValue state, OptimizerLoadOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        ArgumentNullException.ThrowIfNull(state);
        using var reading = new StateReading();
        foreach (
            Action change in OptimizerLoader.Read(optimizer, state, options ?? OptimizerLoadOptions.Default, reading)
        )
        {
            change();
        }
    }

    /// <summary>The state of an optimizer as PyTorch's <c>state_dict()</c> gives it, to be saved.</summary>
    /// <remarks>
    /// On the CPU no tensor is copied: training goes on in the same memory, and the state shows it. Save it before the next step.
    /// </remarks>
    /// <param name="optimizer">SGD, Adam, AdamW, Adagrad, Adadelta, Adamax, ASGD, NAdam, RAdam, RMSprop or Rprop.</param>
    /// <param name="options">For which PyTorch; null for the newest.</param>
    /// <exception cref="NotSupportedException">The optimizer is LBFGS, whose state TorchSharp does not show.</exception>
    public static PyDict ToStateDict(this Optimizer optimizer, OptimizerSaveOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        options ??= OptimizerSaveOptions.Default;
        var layout = OptimizerLayout.Of(optimizer);
        var state = new PyDict();
        var groups = new PyList();
        long index = 0;
        foreach ((ParamGroup group, IReadOnlyList<OptimizerState> states) in OptimizerParts.Of(optimizer))
        {
            PyDict written = layout.WriteGroup(group.Options, options.Profile);
            if (options.InitialLearningRate ?? group.InitialLearningRate != group.LearningRate)
            {
                written["initial_lr"] = group.InitialLearningRate;
            }
            GroupExtras.Add(written, options.Scheduler, groups.Count);
            var parameters = new PyList();
            foreach (OptimizerState parameterState in states)
            {
                if (layout.WriteState(parameterState, group.Options, options.Profile) is { } entry)
                {
                    state[new PyInt(index)] = entry;
                }
                parameters.Add(new PyInt(index++));
            }
            written["params"] = parameters;
            groups.Add(written);
        }
        return new PyDict { ["state"] = state, ["param_groups"] = groups };
    }
}
