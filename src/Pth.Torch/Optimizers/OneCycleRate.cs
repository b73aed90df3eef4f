using Pth.Torch.Optimizers;
using static TorchSharp.torch.optim;
using static TorchSharp.torch.optim.lr_scheduler.impl;

namespace Pth.Torch;

/// <summary>OneCycleLR along PyTorch's curve for any number of groups. TorchSharp's own leaves one of several groups in the first phase.</summary>
/// <remarks>
/// State and fields are those of TorchSharp's OneCycleLR, so that it loads and is loaded as that. Source of the curve: PyTorch's documentation of
/// <c>torch.optim.lr_scheduler.OneCycleLR</c> and its rates from 1.13.1 to 2.14.1, with which tests compare.
/// </remarks>
/// <param name="optimizer">Whose rates it moves.</param>
/// <param name="maxRates">The greatest rate, one for each group.</param>
/// <param name="totalSteps">How many steps there are in all.</param>
/// <param name="rising">Which part of them the rate rises.</param>
/// <param name="annealing">Along what line.</param>
/// <param name="cyclesMomentum">Whether the momentum (of Adam and its like the first beta) falls where the rate rises.</param>
/// <param name="baseMomentum">The least momentum.</param>
/// <param name="maxMomentum">The greatest momentum.</param>
/// <param name="divFactor">By what the greatest rate is divided for the first.</param>
/// <param name="finalDivFactor">By what the first rate is divided for the last.</param>
/// <param name="threePhase">Whether the rate falls to the first in as many steps as it rises, and to the last after that.</param>
/// <exception cref="ArgumentException">
/// <paramref name="cyclesMomentum"/> with an optimizer that has no momentum; or other than one rate for each group.
/// </exception>
public sealed class OneCycleRate(
    Optimizer optimizer,
    IReadOnlyList<double> maxRates,
    int totalSteps,
    double rising = 0.3,
    OneCycleLR.AnnealStrategy annealing = OneCycleLR.AnnealStrategy.Cos,
    bool cyclesMomentum = true,
    double baseMomentum = 0.85,
    double maxMomentum = 0.95,
    double divFactor = 25,
    double finalDivFactor = 1e4,
    bool threePhase = false
)
    : OneCycleLR(
        Require(optimizer, maxRates, cyclesMomentum),
        maxRates,
        totalSteps,
        epochs: -1,
        steps_per_epoch: -1,
        rising,
        annealing,
        cyclesMomentum,
        [.. maxRates.Select(_ => baseMomentum)],
        [.. maxRates.Select(_ => maxMomentum)],
        divFactor,
        finalDivFactor,
        threePhase,
        last_epoch: -1,
        verbose: false
    )
{
    private const string First = "initial_lr";
    private const string Greatest = "max_lr";
    private const string Last = "min_lr";
    private const string LeastMomentum = "base_momentum";
    private const string GreatestMomentum = "max_momentum";

    // Initializers, as the base's constructor asks for the first rates.
    private readonly AnnealStrategy _annealing = annealing;
    private readonly (double End, string From, string To, string MomentumFrom, string MomentumTo)[] _phases = threePhase
        ?
        [
            ((rising * totalSteps) - 1, First, Greatest, GreatestMomentum, LeastMomentum),
            ((2 * rising * totalSteps) - 2, Greatest, First, LeastMomentum, GreatestMomentum),
            (totalSteps - 1, First, Last, GreatestMomentum, GreatestMomentum),
        ]
        :
        [
            ((rising * totalSteps) - 1, First, Greatest, GreatestMomentum, LeastMomentum),
            (totalSteps - 1, Greatest, Last, LeastMomentum, GreatestMomentum),
        ];

    /// <summary>The rates of the step that has come; sets the momentum too.</summary>
    /// <exception cref="InvalidOperationException">There are no more steps.</exception>
    protected override IEnumerable<double> get_lr()
    {
        int epoch = SchedulerFields.LastEpoch(this);
        int total = SchedulerFields.TotalSteps(this);
        if (epoch > total)
        {
            throw new InvalidOperationException($"found step {epoch}, expected at most {total}, which is the total");
        }
        int i = 0;
        while (i < _phases.Length - 1 && epoch > _phases[i].End)
        {
            i++;
        }
        double start = i == 0 ? 0 : _phases[i - 1].End;
        double part = (epoch - start) / (_phases[i].End - start);
        Dictionary<string, List<double>> values = SchedulerFields.PhaseValues(this);
        var rates = new List<double>();
        foreach (ILearningRateController group in SchedulerFields.Optimizer(this)!.ParamGroups)
        {
            int g = rates.Count;
            if (SchedulerFields.CyclesMomentum(this))
            {
                RateCurves.SetMomentum(
                    group,
                    Between(values[_phases[i].MomentumFrom][g], values[_phases[i].MomentumTo][g], part)
                );
            }
            rates.Add(Between(values[_phases[i].From][g], values[_phases[i].To][g], part));
        }
        return rates;
    }

    private double Between(double from, double to, double part) =>
        _annealing == AnnealStrategy.Cos
            ? to + ((from - to) / 2 * (Math.Cos(Math.PI * part) + 1))
            : ((to - from) * part) + from;

    private static Optimizer Require(Optimizer optimizer, IReadOnlyList<double> maxRates, bool cyclesMomentum)
    {
        ArgumentNullException.ThrowIfNull(maxRates);
        RateCurves.Require(optimizer, cyclesMomentum);
        int groups = optimizer.ParamGroups.Count();
        return maxRates.Count == groups
            ? optimizer
            : throw new ArgumentException(
                $"found {maxRates.Count} rates, expected {groups}, one for each group",
                nameof(maxRates)
            );
    }
}
