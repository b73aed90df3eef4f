using TorchSharp.Modules;

namespace Pth.Torch.Optimizers;

internal sealed class AdagradLayout : TableLayout<Adagrad.Options, Adagrad.State>
{
    public override string Name => "Adagrad";

    protected override IReadOnlyList<GroupEntry<Adagrad.Options>> Group(WriterProfile profile) =>
        [
            Number("lr_decay", static o => ref o.lr_decay, isInt: true),
            Number("eps", static o => ref o.eps),
            Number("weight_decay", static o => ref o.weight_decay, isInt: true),
            Number("initial_accumulator_value", static o => ref o.initial_accumulator_value, isInt: true),
            Foreach,
            Lacking("maximize"),
            Lacking("differentiable", WriterProfile.PyTorch21),
            Fused(),
        ];

    protected override IReadOnlyList<StateEntry<Adagrad.Options, Adagrad.State>> State =>
        [new StepEntry<Adagrad.Options, Adagrad.State>(static s => ref s.step), Tensors("sum", static s => ref s.sum!)];

    // PyTorch makes it with the optimizer, not at the first step.
    protected override bool HasState(Adagrad.State state) => true;
}
