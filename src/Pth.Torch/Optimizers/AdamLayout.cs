using TorchSharp.Modules;

namespace Pth.Torch.Optimizers;

internal sealed class AdamLayout : TableLayout<Adam.Options, Adam.State>
{
    public override string Name => "Adam";

    protected override IReadOnlyList<GroupEntry<Adam.Options>> Group(WriterProfile profile) =>
        [
            new PairEntry<Adam.Options>("betas", static o => ref o.beta1, static o => ref o.beta2),
            Number("eps", static o => ref o.eps),
            Number("weight_decay", static o => ref o.weight_decay, isInt: true),
            Flag("amsgrad", static o => ref o.amsgrad),
            Flag("maximize", static o => ref o.maximize),
            Foreach,
            Capturable(WriterProfile.PyTorch113),
            Lacking("differentiable"),
            Fused(WriterProfile.PyTorch113),
            Lacking("decoupled_weight_decay", WriterProfile.PyTorch27, " Its AdamW can."),
        ];

    protected override IReadOnlyList<StateEntry<Adam.Options, Adam.State>> State =>
        [
            new StepEntry<Adam.Options, Adam.State>(static s => ref s.step),
            Tensors("exp_avg", static s => ref s.exp_avg!),
            Tensors("exp_avg_sq", static s => ref s.exp_avg_sq!),
            Tensors("max_exp_avg_sq", static s => ref s.max_exp_avg_sq!, static o => o.amsgrad == true),
        ];

    protected override bool HasState(Adam.State state) => state.step > 0;
}
