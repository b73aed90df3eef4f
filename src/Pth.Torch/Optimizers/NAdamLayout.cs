using TorchSharp.Modules;

namespace Pth.Torch.Optimizers;

internal sealed class NAdamLayout : TableLayout<NAdam.Options, NAdam.State>
{
    public override string Name => "NAdam";

    protected override IReadOnlyList<GroupEntry<NAdam.Options>> Group(WriterProfile profile) =>
        [
            new PairEntry<NAdam.Options>("betas", static o => ref o.beta1, static o => ref o.beta2),
            Number("eps", static o => ref o.eps),
            Number("weight_decay", static o => ref o.weight_decay, isInt: true),
            Number("momentum_decay", static o => ref o.momentum_decay),
            Lacking("decoupled_weight_decay", WriterProfile.PyTorch21),
            Lacking("maximize", WriterProfile.PyTorch21),
            Foreach,
            Capturable(),
            Lacking("differentiable", WriterProfile.PyTorch21),
        ];

    protected override IReadOnlyList<StateEntry<NAdam.Options, NAdam.State>> State =>
        [
            new StepEntry<NAdam.Options, NAdam.State>(static s => ref s.step),
            new ScalarEntry<NAdam.Options, NAdam.State>("mu_product", static s => ref s.mu_product),
            Tensors("exp_avg", static s => ref s.exp_avg!),
            Tensors("exp_avg_sq", static s => ref s.exp_avg_sq!),
        ];

    protected override bool HasState(NAdam.State state) => state.step > 0;
}
