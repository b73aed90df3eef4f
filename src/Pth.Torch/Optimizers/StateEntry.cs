using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pth.Torch.Optimizers;

/// <summary>One key of the state that an optimizer keeps for a parameter.</summary>
internal abstract class StateEntry<TOptions, TState>(string name)
{
    /// <summary>PyTorch's name for it.</summary>
    public string Name { get; } = name;

    /// <summary>Whether the state of a parameter in a group with these options must have it.</summary>
    public abstract bool IsRequired(TOptions options);

    /// <summary>Reads what a file says, without a change to anything.</summary>
    /// <returns>What puts it in its place.</returns>
    /// <exception cref="ArgumentException">The value is of a wrong kind or shape.</exception>
    public abstract Action<TState> Read(PyValue value, TOptions options, Parameter parameter, StateReading reading);

    /// <summary>The value for a file; null where there is none.</summary>
    public abstract PyValue? Write(TState state, TOptions options, WriterProfile profile);
}

/// <summary>How often the parameter was updated.</summary>
/// <param name="field">Where TorchSharp keeps it.</param>
/// <param name="isIntBefore21">Whether PyTorch 1.13 keeps an <c>int</c>, where later ones keep a tensor.</param>
internal sealed class StepEntry<TOptions, TState>(FieldOf<TState, long> field, bool isIntBefore21 = false)
    : StateEntry<TOptions, TState>("step")
{
    public override bool IsRequired(TOptions options) => true;

    public override Action<TState> Read(PyValue value, TOptions options, Parameter parameter, StateReading reading)
    {
        long step = PyNumbers.ToInt64(value, reading.Where);
        return state => field(state) = step;
    }

    public override PyValue Write(TState state, TOptions options, WriterProfile profile) =>
        isIntBefore21 && profile > WriterProfile.PyTorch21
            ? new PyInt(field(state))
            : new PyTensor(TensorView.Scalar((float)field(state)));
}

/// <summary>A number that PyTorch keeps in a tensor of no dimensions.</summary>
internal sealed class ScalarEntry<TOptions, TState>(string name, FieldOf<TState, double> field)
    : StateEntry<TOptions, TState>(name)
{
    public override bool IsRequired(TOptions options) => true;

    public override Action<TState> Read(PyValue value, TOptions options, Parameter parameter, StateReading reading)
    {
        double number = PyNumbers.ToDouble(value, reading.Where);
        return state => field(state) = number;
    }

    public override PyValue Write(TState state, TOptions options, WriterProfile profile) =>
        new PyTensor(TensorView.Scalar((float)field(state)));
}

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
