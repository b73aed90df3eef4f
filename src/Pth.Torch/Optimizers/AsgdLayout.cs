using TorchSharp.Modules;

namespace Pth.Torch.Optimizers;

internal sealed class AsgdLayout : TableLayout<ASGD.Options, ASGD.State>
{
    public override string Name => "ASGD";

    protected override IReadOnlyList<GroupEntry<ASGD.Options>> Group(WriterProfile profile) =>
        [
            Number("lambd", static o => ref o.lambd),
            Number("alpha", static o => ref o.alpha),
            Number("t0", static o => ref o.t0),
            Number("weight_decay", static o => ref o.weight_decay, isInt: true),
            Foreach,
            Flag("maximize", static o => ref o.maximize),
            Lacking("differentiable", WriterProfile.PyTorch21),
            Capturable(),
        ];

    protected override IReadOnlyList<StateEntry<ASGD.Options, ASGD.State>> State =>
        [
            new StepEntry<ASGD.Options, ASGD.State>(static s => ref s.step),
            new ScalarEntry<ASGD.Options, ASGD.State>("eta", static s => ref s.eta),
            new ScalarEntry<ASGD.Options, ASGD.State>("mu", static s => ref s.mu),
            Tensors("ax", static s => ref s.ax!),
        ];

    protected override bool HasState(ASGD.State state) => state.step > 0;
}
