using TorchSharp.Modules;

namespace Pth.Torch.Optimizers;

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
