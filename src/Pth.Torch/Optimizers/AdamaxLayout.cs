using TorchSharp.Modules;

namespace Pth.Torch.Optimizers;

internal sealed class AdamaxLayout : TableLayout<Adamax.Options, Adamax.State>
{
    public override string Name => "Adamax";

    protected override IReadOnlyList<GroupEntry<Adamax.Options>> Group(WriterProfile profile) =>
        [
            new PairEntry<Adamax.Options>("betas", static o => ref o.beta1, static o => ref o.beta2),
            Number("eps", static o => ref o.eps),
            Number("weight_decay", static o => ref o.weight_decay, isInt: true),
            Foreach,
            Lacking("maximize"),
            Lacking("differentiable", WriterProfile.PyTorch21),
            Capturable(),
        ];

    protected override IReadOnlyList<StateEntry<Adamax.Options, Adamax.State>> State =>
        [
            new StepEntry<Adamax.Options, Adamax.State>(static s => ref s.step),
            Tensors("exp_avg", static s => ref s.exp_avg!),
            Tensors("exp_inf", static s => ref s.exp_inf!),
        ];

    protected override bool HasState(Adamax.State state) => state.step > 0;
}
