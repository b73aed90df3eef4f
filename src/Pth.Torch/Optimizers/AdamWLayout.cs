using TorchSharp.Modules;

namespace Pth.Torch.Optimizers;

internal sealed class AdamWLayout : TableLayout<AdamW.Options, AdamW.State>
{
    public override string Name => "AdamW";

    protected override IReadOnlyList<GroupEntry<AdamW.Options>> Group(WriterProfile profile)
    {
        var maximize = Flag("maximize", static o => ref o.maximize);
        return
        [
            new PairEntry<AdamW.Options>("betas", static o => ref o.beta1, static o => ref o.beta2),
            Number("eps", static o => ref o.eps),
            Number("weight_decay", static o => ref o.weight_decay),
            Flag("amsgrad", static o => ref o.amsgrad),
            // Since 2.7 it is an Adam, and has its order.
            .. profile == WriterProfile.PyTorch27
                ? (IEnumerable<GroupEntry<AdamW.Options>>)[maximize, Foreach]
                : [Foreach, maximize],
            Capturable(WriterProfile.PyTorch113),
            Lacking("differentiable", WriterProfile.PyTorch21),
            Fused(),
            // PyTorch's AdamW sets it, whatever the file says.
            new ChoiceEntry<AdamW.Options>("decoupled_weight_decay", PyBool.True) { Since = WriterProfile.PyTorch27 },
        ];
    }

    protected override IReadOnlyList<StateEntry<AdamW.Options, AdamW.State>> State =>
        [
            new StepEntry<AdamW.Options, AdamW.State>(static s => ref s.step),
            Tensors("exp_avg", static s => ref s.exp_avg!),
            Tensors("exp_avg_sq", static s => ref s.exp_avg_sq!),
            Tensors("max_exp_avg_sq", static s => ref s.max_exp_avg_sq!, static o => o.amsgrad == true),
        ];

    protected override bool HasState(AdamW.State state) => state.step > 0;
}
