using TorchSharp.Modules;

namespace Pth.Torch.Optimizers;

internal sealed class RAdamLayout : TableLayout<RAdam.Options, RAdam.State>
{
    public override string Name => "RAdam";

    protected override IReadOnlyList<GroupEntry<RAdam.Options>> Group(WriterProfile profile) =>
        [
            new PairEntry<RAdam.Options>("betas", static o => ref o.beta1, static o => ref o.beta2),
            Number("eps", static o => ref o.eps),
            Number("weight_decay", static o => ref o.weight_decay, isInt: true),
            Lacking("maximize", WriterProfile.PyTorch21),
            Foreach,
            Capturable(),
            Lacking("decoupled_weight_decay", WriterProfile.PyTorch21),
            Lacking("differentiable", WriterProfile.PyTorch21),
        ];

    protected override IReadOnlyList<StateEntry<RAdam.Options, RAdam.State>> State =>
        [
            new StepEntry<RAdam.Options, RAdam.State>(static s => ref s.step),
            Tensors("exp_avg", static s => ref s.exp_avg!),
            Tensors("exp_avg_sq", static s => ref s.exp_avg_sq!),
        ];

    protected override bool HasState(RAdam.State state) => state.step > 0;
}
