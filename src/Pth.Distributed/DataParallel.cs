using Pth.Distributed.Replicas;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Pth.Distributed;

/// <summary>
/// A module that shares its batch out to copies of itself, one a device, that run at once on threads of this process. Outputs are put together, and
/// gradients are summed into the module. PyTorch's <c>DataParallel</c>; for more than one process or host, and for speed, there is
/// <see cref="DistributedDataParallel"/>.
/// </summary>
/// <remarks>
/// <para>
/// The wrapped module is its child <c>module</c>, so that names begin with <c>module.</c>. Buffers (running statistics) are those of the first
/// copy, as in PyTorch: they see the first part of each batch only. Several CPU devices are several threads. With one device or none it is the module.
/// </para>
/// <para>
/// Copies are made once, and share the parameters' values where they are on their device. TorchSharp cannot copy a module; this copies its objects field by
/// field, which is good for layers and modules in managed code. Layers that keep their parameters in native code (LSTM, GRU, Embedding,
/// MultiheadAttention, Transformer) need a factory. A gradient of a gradient is not possible.
/// </para>
/// </remarks>
public sealed partial class DataParallel : nn.Module<Tensor, Tensor>
{
    private readonly Func<nn.Module<Tensor, Tensor>>? _factory;
    private readonly Device[] _devices;
    private List<Replica> _replicas = [];
    private Exception? _failure;

    [ComponentName(Name = "module")]
    private readonly nn.Module<Tensor, Tensor> _module;

    /// <summary>Wraps a module.</summary>
    /// <param name="module">The module, on the first device.</param>
    /// <param name="devices">Where copies run; the same device may be given several times. Null or one is the module alone.</param>
    /// <param name="factory">Makes a module like it, for modules that cannot be copied. Its values do not matter.</param>
    public DataParallel(
        nn.Module<Tensor, Tensor> module,
        IReadOnlyList<Device>? devices = null,
        Func<nn.Module<Tensor, Tensor>>? factory = null
    )
        : base(nameof(DataParallel))
    {
        ArgumentNullException.ThrowIfNull(module);
        _module = module;
        _devices = [.. devices ?? []];
        _factory = factory;
        base.register_module("module", module);
    }

    /// <summary>The wrapped module.</summary>
    public nn.Module<Tensor, Tensor> Module => _module;

    /// <summary>Where copies run.</summary>
    public IReadOnlyList<Device> Devices => _devices;

    /// <summary>Runs the module on all devices.</summary>
    /// <param name="input"><c>[N, ...]</c>; the parts are as even as N allows, and fewer than devices if N is small.</param>
    /// <returns>The outputs one after the other, on the input's device.</returns>
    /// <exception cref="NotSupportedException">The module cannot be copied, and there is no factory; what is in the way is named.</exception>
    /// <exception cref="InvalidOperationException">The factory makes another module, or an earlier backward failed.</exception>
    public override Tensor forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (_failure is { } failure)
        {
            throw new InvalidOperationException($"An earlier backward failed: {failure.Message}", failure);
        }

        if (_devices.Length < 2 || input.dim() == 0 || input.shape[0] < 2)
        {
            return _module.call(input);
        }

        MakeReplicas();
        _replicas.ForEach(replica => replica.Refresh());
        Parameter[] parameters = [.. _module.parameters().Where(parameter => parameter.requires_grad)];
        bool withGradients = is_grad_enabled() && (parameters.Length > 0 || input.requires_grad);
        ReplicaStep step = new(_replicas, parameters, Fail);
        Tensor output = withGradients
            ? ReplicaFunction.apply([step, input, .. parameters])
            : step.Forward(input, withGradients: false);
        _replicas[0].KeepBuffers();
        if (!withGradients)
        {
            step.Release();
        }

        return output;
    }

    private void MakeReplicas()
    {
        if (_replicas.Count > 0 && _replicas[0].IsUpToDate())
        {
            return;
        }

        // The first shares its buffers with the module where it can, so that they are kept without a copy.
        string? home = _module.parameters().Concat(_module.buffers()).FirstOrDefault()?.device.ToString();
        _replicas =
        [
            .. _devices.Select(
                (device, i) =>
                    _factory is null
                        ? Replica.Copy(_module, device, i == 0 && device.ToString() == home)
                        : Replica.Made(_module, _factory(), device)
            ),
        ];
    }

    private void Fail(Exception failure) => _failure = failure;
}
