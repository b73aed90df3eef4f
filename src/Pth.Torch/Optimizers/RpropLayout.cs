using TorchSharp.Modules;

namespace Pth.Torch.Optimizers;

internal sealed class RpropLayout : TableLayout<Rprop.Options, Rprop.State>
{
    public override string Name => "Rprop";

    protected override IReadOnlyList<GroupEntry<Rprop.Options>> Group(WriterProfile profile) =>
        [
            new PairEntry<Rprop.Options>("etas", static o => ref o.etaminus, static o => ref o.etaplus),
            new PairEntry<Rprop.Options>(
                "step_sizes",
                static o => ref o.min_step,
                static o => ref o.max_step,
                isSecondInt: true
            ),
            Foreach,
            Flag("maximize", static o => ref o.maximize),
            Lacking("differentiable", WriterProfile.PyTorch21),
            Capturable(),
        ];

    protected override IReadOnlyList<StateEntry<Rprop.Options, Rprop.State>> State =>
        [
            new StepEntry<Rprop.Options, Rprop.State>(static s => ref s.step, isIntBefore21: true),
            Tensors("prev", static s => ref s.prev!),
            Tensors("step_size", static s => ref s.step_size!),
        ];

    protected override bool HasState(Rprop.State state) => state.step > 0;
}
