using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pth.Torch.Optimizers;

/// <summary>A tensor with the parameter's shape.</summary>
/// <param name="name">PyTorch's name.</param>
/// <param name="field">Where TorchSharp keeps it.</param>
/// <param name="isUsed">Which options use it; null for all. Without them neither PyTorch nor Pth writes it.</param>
internal sealed class TensorEntry<TOptions, TState>(
    string name,
    FieldOf<TState, Tensor?> field,
    Func<TOptions, bool>? isUsed = null
) : StateEntry<TOptions, TState>(name)
{
    /// <summary>Whether it may be absent, as it begins with the first step.</summary>
    public bool MayBeAbsent { get; init; }

    /// <summary>When TorchSharp keeps the negative of what PyTorch keeps.</summary>
    public Func<TOptions, bool>? IsNegated { get; init; }

    public override bool IsRequired(TOptions options) => !MayBeAbsent && (isUsed is null || isUsed(options));

    public override Action<TState> Read(PyValue value, TOptions options, Parameter parameter, StateReading reading)
    {
        if (value is PyNone && !IsRequired(options))
        {
            return _ => { };
        }
        Tensor tensor = reading.Tensor(value, parameter, IsNegated?.Invoke(options) == true);
        return state =>
        {
            field(state)?.Dispose();
            field(state) = tensor;
        };
    }

    public override PyValue? Write(TState state, TOptions options, WriterProfile profile)
    {
        if (field(state) is not { } tensor || (isUsed is not null && !isUsed(options)))
        {
            return null;
        }
        if (IsNegated?.Invoke(options) != true)
        {
            return new PyTensor(tensor.ToTensorView());
        }
        using IDisposable unrecorded = no_grad();
        using Tensor negative = tensor.neg();
        return new PyTensor(negative.ToTensorView());
    }
}
