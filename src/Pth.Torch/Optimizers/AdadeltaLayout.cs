using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pth.Torch.Optimizers;

/// <remarks>TorchSharp never counts its steps: <c>step</c> stays what was loaded. No arithmetic uses it.</remarks>
internal sealed class AdadeltaLayout : TableLayout<Adadelta.Options, Adadelta.State>
{
    public override string Name => "Adadelta";

    protected override IReadOnlyList<GroupEntry<Adadelta.Options>> Group(WriterProfile profile) =>
        [
            Number("rho", static o => ref o.rho),
            Number("eps", static o => ref o.eps),
            Number("weight_decay", static o => ref o.weight_decay, isInt: true),
            Flag("maximize", static o => ref o.maximize),
            Capturable(),
            Foreach,
            Lacking("differentiable", WriterProfile.PyTorch21),
        ];

    protected override IReadOnlyList<StateEntry<Adadelta.Options, Adadelta.State>> State =>
        [
            new StepEntry<Adadelta.Options, Adadelta.State>(static s => ref s.step, isIntBefore21: true),
            Tensors("square_avg", static s => ref s.square_avg!),
            Tensors("acc_delta", static s => ref s.acc_delta!),
        ];

    protected override bool HasState(Adadelta.State state)
    {
        if (state.step > 0)
        {
            return true;
        }
        using IDisposable unrecorded = no_grad();
        using Tensor isStepped = state.square_avg.any();
        return isStepped.item<bool>();
    }
}
