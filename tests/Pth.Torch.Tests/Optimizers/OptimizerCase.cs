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
    public static OptimizerHelper Make(string name, IEnumerable<Parameter> first, IEnumerable<Parameter> second) =>
        name switch
        {
            "SGD" => optim.SGD([new SGD.ParamGroup(first), new SGD.ParamGroup(second)], 0.3),
            "Adam" => optim.Adam([new Adam.ParamGroup(first), new Adam.ParamGroup(second)], 0.3),
            "AdamW" => optim.AdamW([new AdamW.ParamGroup(first), new AdamW.ParamGroup(second)], 0.3),
            "Adagrad" => optim.Adagrad([new Adagrad.ParamGroup(first), new Adagrad.ParamGroup(second)], 0.3),
            "Adadelta" => optim.Adadelta([new Adadelta.ParamGroup(first), new Adadelta.ParamGroup(second)], 0.3),
            "Adamax" => optim.Adamax([new Adamax.ParamGroup(first), new Adamax.ParamGroup(second)], 0.3),
            "ASGD" => optim.ASGD([new ASGD.ParamGroup(first), new ASGD.ParamGroup(second)], 0.3),
            "NAdam" => optim.NAdam([new NAdam.ParamGroup(first), new NAdam.ParamGroup(second)], 0.3),
            "RAdam" => new RectifiedAdam([new RAdam.ParamGroup(first), new RAdam.ParamGroup(second)], 0.3),
            "RMSprop" => optim.RMSProp([new RMSProp.ParamGroup(first), new RMSProp.ParamGroup(second)], 0.3),
            "Rprop" => optim.Rprop([new Rprop.ParamGroup(first), new Rprop.ParamGroup(second)], 0.3),
            _ => throw new ArgumentOutOfRangeException(nameof(name)),
        };

    public override string ToString() => $"{Optimizer}({Arguments}) with {SecondGroup}";
}
