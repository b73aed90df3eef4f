using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pth.Torch.Optimizers;

/// <summary>The tensors made for a state dict that is being read, given back when it turns out not to fit.</summary>
internal sealed class StateReading : IDisposable
{
    private readonly List<Tensor> _made = [];
    private bool _isKept;

    /// <summary>The place in the state dict that is being read, for messages.</summary>
    public string Where { get; set; } = "";

    /// <summary>A tensor on the device of the parameter and, where that is of floating point, in its element type.</summary>
    /// <exception cref="ArgumentException">The value is no tensor of the parameter's shape.</exception>
    public Tensor Tensor(PyValue value, Parameter parameter, bool isNegated)
    {
        if (value is not PyTensor { View: var view })
        {
            throw PyNumbers.Wrong(Where, value, "a tensor");
        }
        if (!view.Shape.AsSpan().SequenceEqual(parameter.shape))
        {
            throw new ArgumentException(
                $"{Where}: found shape [{string.Join(", ", view.Shape)}], expected [{string.Join(", ", parameter.shape)}] as the parameter has."
            );
        }
        Tensor tensor = StateTensors.FromView(view, parameter, isNegated, Where);
        _made.Add(tensor);
        return tensor;
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
