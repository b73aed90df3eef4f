using Pth.Torch.Loading;
using Pth.Torch.Tensors;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pth.Torch.Optimizers;

/// <summary>The tensors made for a state dict that is being read, given back when it turns out not to fit.</summary>
internal sealed class StateReading : IDisposable
{
    private readonly TensorTransfer _transfer = new();
    private readonly List<Tensor> _made = [];
    private readonly List<Tensor> _negated = [];
    private bool _isKept;

    /// <summary>The place in the state dict that is being read, for messages.</summary>
    public string Where { get; set; } = "";

    /// <summary>
    /// A tensor on the device of the parameter and, where that is of floating point, in its element type. Filled by <see cref="Fill"/>.
    /// </summary>
    /// <exception cref="OptimizerStateException">The value is no tensor of the parameter's shape.</exception>
    public Tensor Tensor(PyValue value, Parameter parameter, bool isNegated)
    {
        if (value is not PyTensor { View: var view })
        {
            throw PyNumbers.Wrong(Where, value, "a tensor");
        }
        if (!view.Shape.AsSpan().SequenceEqual(parameter.shape))
        {
            throw new OptimizerStateException(
                $"{Where}: found {SizeText.Of(view.Shape.AsSpan())}, expected {SizeText.Of(parameter.shape)} as the parameter has."
            );
        }
        ScalarType type = parameter.is_floating_point()
            ? parameter.dtype
            : ScalarTypes.Find(view.DType) ?? parameter.dtype;
        if (Conversions.FindFault(view, type, dequantize: false) is { } fault)
        {
            throw new OptimizerStateException($"{Where}: {fault}");
        }
        Tensor tensor = empty_like(parameter, type).DetachFromDisposeScope();
        _made.Add(tensor);
        _transfer.Add(view, tensor);
        if (isNegated)
        {
            _negated.Add(tensor);
        }
        return tensor;
    }

    /// <summary>Copies the elements out of the file, on all cores.</summary>
    /// <exception cref="CheckpointException"><see cref="CheckpointErrorKind.ChecksumMismatch"/>.</exception>
    public void Fill()
    {
        _transfer.Verify(CancellationToken.None);
        _transfer.Run(progress: null, CancellationToken.None);
        using IDisposable unrecorded = no_grad();
        foreach (Tensor tensor in _negated)
        {
            tensor.neg_();
        }
    }

    /// <summary>The tensors have found their places.</summary>
    public void Keep() => _isKept = true;

    public void Dispose()
    {
        if (!_isKept)
        {
            foreach (Tensor tensor in _made)
            {
                tensor.Dispose();
            }
        }
    }
}
