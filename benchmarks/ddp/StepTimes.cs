using System.Globalization;
using System.Runtime.InteropServices;

namespace Pth.Benchmarks.Ddp;

/// <summary>Milliseconds of a step.</summary>
/// <param name="Step">Wall time.</param>
/// <param name="Zero">Setting the gradients to zero.</param>
/// <param name="Forward">Forward and loss.</param>
/// <param name="Backward">Backward, with the wait for the reductions.</param>
/// <param name="Wait">Of that, what was waited after the last gradient; known of Pth only.</param>
/// <param name="Optimizer">The optimizer's step.</param>
/// <param name="TrainingCpu">Processor time of the thread that trains.</param>
/// <param name="OtherCpu">Processor time of all others.</param>
/// <param name="Loss">Of the last step: a number if all went well.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct StepTimes(
    double Step,
    double Zero,
    double Forward,
    double Backward,
    double Wait,
    double Optimizer,
    double TrainingCpu,
    double OtherCpu,
    double Loss
)
{
    public static StepTimes Parse(string line) =>
        line.Split(' ').Select(word => double.Parse(word, CultureInfo.InvariantCulture)).ToArray()
            is [
                var step,
                var zero,
                var forward,
                var backward,
                var wait,
                var optimizer,
                var training,
                var other,
                var loss,
            ]
            ? new(step, zero, forward, backward, wait, optimizer, training, other, loss)
            : throw new FormatException($"found '{line}', expected 9 numbers");

    /// <summary>The mean of the ranks.</summary>
    public static StepTimes Mean(IReadOnlyCollection<StepTimes> ranks) => Combine(ranks, values => values.Average());

    /// <summary>The median of the rounds, of each figure by itself.</summary>
    public static StepTimes Median(IReadOnlyCollection<StepTimes> rounds) => Combine(rounds, Statistics.Median);

    public override string ToString() =>
        string.Join(
            ' ',
            new[] { Step, Zero, Forward, Backward, Wait, Optimizer, TrainingCpu, OtherCpu, Loss }.Select(value =>
                value.ToString("R", CultureInfo.InvariantCulture)
            )
        );

    private static StepTimes Combine(IReadOnlyCollection<StepTimes> all, Func<IEnumerable<double>, double> one) =>
        new(
            one(all.Select(times => times.Step)),
            one(all.Select(times => times.Zero)),
            one(all.Select(times => times.Forward)),
            one(all.Select(times => times.Backward)),
            one(all.Select(times => times.Wait)),
            one(all.Select(times => times.Optimizer)),
            one(all.Select(times => times.TrainingCpu)),
            one(all.Select(times => times.OtherCpu)),
            one(all.Select(times => times.Loss))
        );
}
