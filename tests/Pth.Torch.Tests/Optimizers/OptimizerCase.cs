using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pth.Torch.Tests.Optimizers;

/// <summary>A PyTorch optimizer over two groups, as Python makes it.</summary>
/// <param name="Optimizer">PyTorch's class.</param>
/// <param name="Arguments">Those of its constructor.</param>
/// <param name="SecondGroup">What its second group has instead.</param>
public sealed record OptimizerCase(string Optimizer, string Arguments, string SecondGroup)
{
    public static IReadOnlyList<OptimizerCase> All { get; } =
    [
        new("SGD", "lr=0.1", "lr=0.05"),
        new("SGD", "lr=0.05, momentum=0.9", "momentum=0.5"),
        new("SGD", "lr=0.05, momentum=0.9, dampening=0.3, weight_decay=0.01", "lr=0.02, weight_decay=0"),
        new("SGD", "lr=0.02, momentum=0.9, nesterov=True, weight_decay=0.1", "lr=0.04"),
        new("SGD", "lr=0.01, momentum=0.9, maximize=True", "lr=0.005, momentum=0.5"),
        new("SGD", "lr=0.01, momentum=0.9, nesterov=True, maximize=True", "lr=0.005"),
        new("Adam", "lr=0.02", "lr=0.01, betas=(0.8, 0.99)"),
        new("Adam", "lr=0.02, amsgrad=True, weight_decay=0.1, eps=1e-6", "amsgrad=False"),
        new("Adam", "lr=0.02, maximize=True, weight_decay=0.1", "lr=0.03"),
        new("AdamW", "lr=0.02", "lr=0.01, weight_decay=0.2"),
        new("AdamW", "lr=0.02, amsgrad=True, maximize=True", "lr=0.01, betas=(0.8, 0.99)"),
        new("Adagrad", "lr=0.05", "lr=0.02"),
        new("Adagrad", "lr=0.05, lr_decay=0.1, weight_decay=0.05, initial_accumulator_value=0.2", "eps=1e-5"),
        new("Adadelta", "lr=1.0", "lr=0.5, rho=0.8"),
        new("Adadelta", "lr=0.7, weight_decay=0.1, maximize=True", "eps=1e-5"),
        new("Adamax", "lr=0.02", "lr=0.01, betas=(0.8, 0.99)"),
        new("Adamax", "lr=0.02, weight_decay=0.1", "eps=1e-5"),
        new("ASGD", "lr=0.05", "lr=0.02, lambd=0.01"),
        new("ASGD", "lr=0.05, t0=3, weight_decay=0.05, lambd=0.01, alpha=0.6", "t0=7"),
        new("ASGD", "lr=0.02, maximize=True", "lr=0.01"),
        new("NAdam", "lr=0.02", "lr=0.01, betas=(0.8, 0.99)"),
        new("NAdam", "lr=0.02, weight_decay=0.1, momentum_decay=0.01", "eps=1e-5"),
        new("RAdam", "lr=0.02", "lr=0.01"),
        new("RAdam", "lr=0.02, weight_decay=0.1", "betas=(0.8, 0.99)"),
        new("RMSprop", "lr=0.01", "lr=0.005, alpha=0.9"),
        new("RMSprop", "lr=0.01, momentum=0.9, centered=True", "momentum=0, centered=False"),
        new("RMSprop", "lr=0.01, weight_decay=0.1, maximize=True, momentum=0.5", "eps=1e-5"),
        new("Rprop", "lr=0.01", "lr=0.005"),
        new("Rprop", "lr=0.01, etas=(0.3, 1.4), step_sizes=(1e-4, 0.5)", "lr=0.02"),
        new("Rprop", "lr=0.01, maximize=True", "lr=0.002"),
    ];

    public static TheoryData<string> Optimizers =>
        [.. All.Select(one => one.Optimizer).Distinct(StringComparer.Ordinal)];

    /// <summary>TorchSharp's, with hyper-parameters of its own, so that those of the file must be taken over.</summary>
    public static OptimizerHelper Make(string name, IEnumerable<IReadOnlyList<Parameter>> groups) =>
        name switch
        {
            "SGD" => optim.SGD(groups.Select(group => new SGD.ParamGroup(group)), 0.3),
            "Adam" => optim.Adam(groups.Select(group => new Adam.ParamGroup(group)), 0.3),
            "AdamW" => optim.AdamW(groups.Select(group => new AdamW.ParamGroup(group)), 0.3),
            "Adagrad" => optim.Adagrad(groups.Select(group => new Adagrad.ParamGroup(group)), 0.3),
            "Adadelta" => optim.Adadelta(groups.Select(group => new Adadelta.ParamGroup(group)), 0.3),
            "Adamax" => optim.Adamax(groups.Select(group => new Adamax.ParamGroup(group)), 0.3),
            "ASGD" => optim.ASGD(groups.Select(group => new ASGD.ParamGroup(group)), 0.3),
            "NAdam" => optim.NAdam(groups.Select(group => new NAdam.ParamGroup(group)), 0.3),
            "RAdam" => new RectifiedAdam(groups.Select(group => new RAdam.ParamGroup(group)), 0.3),
            "RMSprop" => optim.RMSProp(groups.Select(group => new RMSProp.ParamGroup(group)), 0.3),
            "Rprop" => optim.Rprop(groups.Select(group => new Rprop.ParamGroup(group)), 0.3),
            _ => throw new ArgumentOutOfRangeException(nameof(name)),
        };

    public override string ToString() => $"{Optimizer}({Arguments}) with {SecondGroup}";
}
