using Pth.Distributed.Gradients;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pth.Distributed;

/// <summary>
/// A module that is trained by all ranks of a group, each with a part of the batch: gradients are averaged over the ranks while backward runs,
/// so that every rank takes the step that one process would take with the whole batch. PyTorch's <c>DistributedDataParallel</c>.
/// </summary>
/// <remarks>
/// <para>
/// The wrapped module is its child <c>module</c>, so that names begin with <c>module.</c> as PyTorch's do. Make it before the optimizer: parameters
/// and buffers take rank 0's values. Call it (<c>ddp.call(x)</c> or <c>ddp.forward(x)</c>) instead of the module.
/// </para>
/// <para>
/// With native hooks (Linux) <c>backward()</c> returns when all gradients are reduced, and throws if that failed. The gradients are then views of
/// the buckets; set them to zero or to null between steps as you like.
/// </para>
/// </remarks>
/// <typeparam name="TInput">What the module takes.</typeparam>
/// <typeparam name="TResult">What it gives.</typeparam>
public partial class DistributedDataParallel<TInput, TResult> : nn.Module<TInput, TResult>
{
    private readonly GradientReducer _reducer;
    private readonly LeafTensor? _leaf;
    private bool _buffersMayDiffer;
    private bool _isAccumulating;

    [TorchSharp.Utils.ComponentName(Name = "module")]
    private readonly nn.Module<TInput, TResult> _module;

    /// <summary>Wraps a module. All ranks must do it at the same place of the program.</summary>
    /// <param name="module">The module to train, on all ranks the same.</param>
    /// <param name="group">The ranks.</param>
    /// <param name="options">How it works.</param>
    /// <exception cref="ArgumentException">The module has no parameter that requires a gradient, or the options do not fit it.</exception>
    /// <exception cref="InvalidOperationException">The ranks' modules differ in a name, shape or type; the first difference is named.</exception>
    /// <exception cref="ProcessGroupException">The ranks could not speak with each other.</exception>
    public DistributedDataParallel(
        nn.Module<TInput, TResult> module,
        ProcessGroup group,
        DistributedDataParallelOptions? options = null
    )
        : base("DistributedDataParallel")
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(group);
        Options = Checked(options ?? new DistributedDataParallelOptions());
        _module = module;
        Group = group;
        base.register_module("module", module);
        if (!module.parameters().Any(parameter => parameter.requires_grad))
        {
            throw new ArgumentException("The module has no parameter that requires a gradient.", nameof(module));
        }

        ModuleAgreement.Verify(group, module);
        FlatTensors.Broadcast(group, State(), source: 0);
        _reducer = new GradientReducer(group, module.named_parameters(), Options);
        _leaf = _reducer.Hooks != GradientHookKind.Native || Options.FindUnusedParameters ? new LeafTensor() : null;
    }

    /// <summary>The wrapped module.</summary>
    public nn.Module<TInput, TResult> Module => _module;

    /// <summary>The ranks.</summary>
    public ProcessGroup Group { get; }

    /// <summary>The options, with <see cref="DistributedDataParallelOptions.Hooks"/> as it was asked for.</summary>
    public DistributedDataParallelOptions Options { get; }

    /// <summary>How gradients are learnt of; never <see cref="GradientHookKind.Automatic"/>.</summary>
    public GradientHookKind Hooks => _reducer.Hooks;

    /// <summary>How many buckets the gradients are in.</summary>
    public int BucketCount => _reducer.BucketCount;

    /// <summary>How many buckets of the last backward were sent while it still ran.</summary>
    public int OverlappedBuckets => _reducer.OverlappedBuckets;

    /// <summary>How many buckets of the backward that runs are averaged by now; for the thread that runs it.</summary>
    internal int ReducedBuckets => _reducer.ReducedBuckets;

    /// <summary>
    /// How long the last backward waited for reductions when all its gradients were there: what communication costs beyond what computation hides.
    /// </summary>
    public TimeSpan ReductionWait => _reducer.ReductionWait;

    /// <summary>
    /// Until the scope is disposed, forwards are not followed by a reduction: gradients add up in this rank, and the first backward of a forward
    /// outside of it reduces the sum. Both the forward and the backward belong into the scope.
    /// </summary>
    /// <example><code>using (ddp.NoSync()) { loss(ddp.call(first)).backward(); }  loss(ddp.call(second)).backward(); optimizer.step();</code></example>
    public IDisposable NoSync() => new NoSyncScope(this);

    /// <inheritdoc />
    public override TResult forward(TInput input)
    {
        _reducer.ThrowIfFailed();
        bool reduces = is_grad_enabled() && !_isAccumulating;
        JoinStep(reduces);
        if (_buffersMayDiffer && Options.BroadcastBuffers)
        {
            FlatTensors.Broadcast(Group, _module.buffers(), BufferSource);
        }

        _buffersMayDiffer = reduces;
        if (!reduces)
        {
            _reducer.IsSynchronizing = false;
            return _module.call(input);
        }

        _reducer.PrepareForBackward();
        return _leaf is null ? _module.call(input) : CallMarked(input, _leaf.Tensor);
    }

    /// <summary>
    /// Averages the gradients over the ranks now. For <see cref="GradientHookKind.Manual"/> after each backward; where hooks do it, for
    /// gradients that came from <see cref="NoSync"/>.
    /// </summary>
    /// <exception cref="InvalidOperationException">Parameters have no gradient, or an earlier reduction failed.</exception>
    /// <exception cref="ProcessGroupException">The ranks could not speak with each other.</exception>
    public void ReduceGradients() => _reducer.Reduce();

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _reducer.Dispose();
            _leaf?.Dispose();
        }

        base.Dispose(disposing);
    }

    private IEnumerable<Tensor> State() => _module.parameters().Concat(_module.buffers());

    private TResult CallMarked(TInput input, Tensor leaf)
    {
        bool atInput =
            Hooks == GradientHookKind.Portable
            && input is Tensor { IsInvalid: false } given
            && (given.is_floating_point() || given.is_complex());
        if (atInput && input is Tensor tensor)
        {
            using Tensor marked = BackwardMarker.Mark(tensor, leaf, _reducer.BackwardEnded);
            return _module.call((TInput)(object)marked);
        }

        TResult result = _module.call(input);
        Action begins = Hooks == GradientHookKind.Native ? _reducer.BackwardBegins : _reducer.AwaitReduction;
        return result is Tensor output && output.requires_grad
            ? (TResult)(object)BackwardMarker.Mark(output, leaf, begins)
            : result;
    }

    private static DistributedDataParallelOptions Checked(DistributedDataParallelOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.BucketBytes, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.FirstBucketBytes, 1, nameof(options));
        if (options.Hooks == GradientHookKind.Portable && typeof(TInput) != typeof(Tensor))
        {
            throw new ArgumentException(
                "Portable hooks need a module that takes one tensor; use GradientHookKind.Manual.",
                nameof(options)
            );
        }

        return options;
    }

    /// <summary>A tensor in a place where <c>RegisterComponents</c> does not take it for a buffer.</summary>
    private sealed class LeafTensor : IDisposable
    {
        public Tensor Tensor { get; } = zeros(1).requires_grad_().DetachFromDisposeScope();

        public void Dispose() => Tensor.Dispose();
    }

    private sealed class NoSyncScope : IDisposable
    {
        private readonly DistributedDataParallel<TInput, TResult> _owner;
        private readonly bool _before;

        public NoSyncScope(DistributedDataParallel<TInput, TResult> owner)
        {
            _owner = owner;
            _before = owner._isAccumulating;
            owner._isAccumulating = true;
        }

        public void Dispose() => _owner._isAccumulating = _before;
    }
}
