using TorchSharp.Modules;

namespace Pth.Torch.Optimizers;

internal sealed class RmsPropLayout : TableLayout<RMSProp.Options, RMSProp.State>
{
    public override string Name => "RMSprop";

    protected override IReadOnlyList<GroupEntry<RMSProp.Options>> Group(WriterProfile profile) =>
        [
            Number("momentum", static o => ref o.momentum, isInt: true, fallback: 0),
            Number("alpha", static o => ref o.alpha),
            Number("eps", static o => ref o.eps),
            Flag("centered", static o => ref o.centered),
            Number("weight_decay", static o => ref o.weight_decay, isInt: true),
            Capturable(),
            Foreach,
            Flag("maximize", static o => ref o.maximize),
            Lacking("differentiable"),
        ];

    protected override IReadOnlyList<StateEntry<RMSProp.Options, RMSProp.State>> State =>
        [
            new StepEntry<RMSProp.Options, RMSProp.State>(static s => ref s.step, isIntBefore21: true),
            Tensors("square_avg", static s => ref s.square_avg!),
            Tensors("momentum_buffer", static s => ref s.momentum_buffer!, static o => o.momentum > 0),
            Tensors("grad_avg", static s => ref s.grad_avg!, static o => o.centered == true),
        ];

    protected override bool HasState(RMSProp.State state) => state.step > 0;
}
