using TorchSharp.Modules;

namespace Pth.Torch.Optimizers;

internal sealed class SgdLayout : TableLayout<SGD.Options, SGD.State>
{
    public override string Name => "SGD";

    protected override IReadOnlyList<GroupEntry<SGD.Options>> Group(WriterProfile profile) =>
        [
            Number("momentum", static o => ref o.momentum, isInt: true),
            Number("dampening", static o => ref o.dampening, isInt: true),
            Number("weight_decay", static o => ref o.weight_decay, isInt: true),
            Flag("nesterov", static o => ref o.nesterov),
            Flag("maximize", static o => ref o.maximize),
            Foreach,
            Lacking("differentiable"),
            Fused(),
        ];

    // To maximize, PyTorch turns the gradient around before it is collected, TorchSharp what was collected.
    protected override IReadOnlyList<StateEntry<SGD.Options, SGD.State>> State =>
        [
            new TensorEntry<SGD.Options, SGD.State>("momentum_buffer", static s => ref s.momentum_buffer)
            {
                MayBeAbsent = true,
                IsNegated = static o => o.maximize == true,
            },
        ];

    protected override bool HasState(SGD.State state) => state.momentum_buffer is not null;

    protected override void Check(SGD.Options options, string where)
    {
        if (options.maximize == true && options.weight_decay != 0)
        {
            throw new NotSupportedException(
                $"{where} has both 'maximize' and 'weight_decay': TorchSharp's SGD would grow the weights where PyTorch's decays them."
            );
        }
    }
}
