using Pth.Distributed.Gradients;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pth.Distributed;

/// <summary>
/// Batch normalization whose statistics, in training, are those of the batches of all ranks together, so that N ranks with a part each normalize
/// as one process with the whole batch would. Gradients flow through the statistics of all. PyTorch's <c>SyncBatchNorm</c>.
/// </summary>
/// <remarks>
/// A forward in training is one all-gather of 2 C + 1 numbers, a backward one reduction of 2 C: all ranks must do the same forwards and backwards in
/// the same order. In evaluation nothing is sent. Names and values of the state are those of <c>BatchNorm2d</c>.
/// </remarks>
public sealed partial class SyncBatchNorm : nn.Module<Tensor, Tensor>
{
    private readonly ProcessGroup _group;

    // Kept, since their finalizers dispose the tensors that this layer goes on using; in a list, since a field would be registered as a child.
    private readonly BatchNorm[] _sources = [];

    [TorchSharp.Utils.ComponentName(Name = "weight")]
    private Parameter? _weight;

    [TorchSharp.Utils.ComponentName(Name = "bias")]
    private Parameter? _bias;

    [TorchSharp.Utils.ComponentName(Name = "running_mean")]
    private Tensor? _runningMean;

    [TorchSharp.Utils.ComponentName(Name = "running_var")]
    private Tensor? _runningVar;

    [TorchSharp.Utils.ComponentName(Name = "num_batches_tracked")]
    private Tensor? _numBatchesTracked;

    private Exception? _failure;

    /// <summary>A new layer: weight one, bias zero, mean zero, variance one.</summary>
    /// <param name="features">C, of inputs <c>[N, C, ...]</c>.</param>
    /// <param name="group">The ranks.</param>
    /// <param name="eps">Added to the variance.</param>
    /// <param name="momentum">The share of a batch in the running statistics; null averages over all batches.</param>
    /// <param name="affine">Whether there are weight and bias.</param>
    /// <param name="trackRunningStats">Whether there are running statistics; without them a batch's own are used in evaluation also.</param>
    /// <param name="dtype">The element type; null is the default one.</param>
    /// <param name="device">The device; null is the default one.</param>
    public SyncBatchNorm(
        long features,
        ProcessGroup group,
        double eps = 1e-5,
        double? momentum = 0.1,
        bool affine = true,
        bool trackRunningStats = true,
        ScalarType? dtype = null,
        Device? device = null
    )
        : base(nameof(SyncBatchNorm))
    {
        ArgumentNullException.ThrowIfNull(group);
        _group = group;
        (Features, Eps, Momentum) = (features, eps, momentum);
        if (affine)
        {
            _weight = new Parameter(ones(features, dtype, device));
            _bias = new Parameter(zeros(features, dtype, device));
        }

        if (trackRunningStats)
        {
            _runningMean = zeros(features, dtype, device);
            _runningVar = ones(features, dtype, device);
            _numBatchesTracked = tensor(0L, int64, device);
        }

        RegisterComponents();
    }

    private SyncBatchNorm(BatchNorm source, ProcessGroup group)
        : base(nameof(SyncBatchNorm))
    {
        _group = group;
        _sources = [source];
        (Features, Eps, Momentum) = (source.num_features, source.eps, source.momentum);
        (_weight, _bias) = source.affine ? (source.weight, source.bias) : (null, null);
        (_runningMean, _runningVar) = (source.running_mean, source.running_var);
        _numBatchesTracked = source.num_batches_tracked;
        RegisterComponents();
        train(source.training);
    }

    /// <summary>C.</summary>
    public long Features { get; }

    /// <summary>Added to the variance.</summary>
    public double Eps { get; }

    /// <summary>The share of a batch in the running statistics; null averages over all batches.</summary>
    public double? Momentum { get; }

    /// <summary>The scale, <c>[C]</c>; null if it is not affine.</summary>
    public Parameter? Weight => _weight;

    /// <summary>The shift, <c>[C]</c>; null if it is not affine.</summary>
    public Parameter? Bias => _bias;

    /// <summary>The running mean, <c>[C]</c>; null if it is not tracked.</summary>
    public Tensor? RunningMean => _runningMean;

    /// <summary>The running variance, <c>[C]</c>; null if it is not tracked.</summary>
    public Tensor? RunningVar => _runningVar;

    /// <summary>How many batches were seen, one integer; null if they are not tracked.</summary>
    public Tensor? NumBatchesTracked => _numBatchesTracked;

    /// <summary>Normalizes.</summary>
    /// <param name="input"><c>[N, C, ...]</c>; N may differ from rank to rank.</param>
    /// <returns>The same shape.</returns>
    /// <exception cref="ArgumentException">The input has another shape, or all ranks together have one value a channel.</exception>
    /// <exception cref="ProcessGroupException">The ranks could not speak with each other.</exception>
    public override Tensor forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (_failure is { } failure)
        {
            throw new InvalidOperationException($"An earlier backward failed: {failure.Message}", failure);
        }

        if (input.dim() < 2 || input.shape[1] != Features)
        {
            throw new ArgumentException(
                $"found [{string.Join(", ", input.shape)}], expected [N, {Features}, ...]",
                nameof(input)
            );
        }

        if (!training && _runningMean is not null)
        {
            return nn.functional.batch_norm(input, _runningMean, _runningVar, _weight, _bias, false, 0, Eps);
        }

        return SyncBatchNormFunction.apply(input, _weight!, _bias!, new SyncBatchNormStep(_group, Eps, Track, Fail));
    }

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Array.ForEach(_sources, source => source.Dispose());
            _weight?.Dispose();
            _bias?.Dispose();
            _runningMean?.Dispose();
            _runningVar?.Dispose();
            _numBatchesTracked?.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Fail(Exception failure) => _failure = failure;

    /// <summary>Moves the running statistics towards those of a batch.</summary>
    private void Track(Tensor mean, Tensor unbiasedVariance)
    {
        if (!training || _runningMean is null || _runningVar is null)
        {
            return;
        }

        _numBatchesTracked?.add_(1);
        double share = Momentum ?? 1.0 / (_numBatchesTracked?.item<long>() ?? 1);
        _runningMean.lerp_(mean.to_type(_runningMean.dtype), share);
        _runningVar.lerp_(unbiasedVariance.to_type(_runningVar.dtype), share);
    }
}
