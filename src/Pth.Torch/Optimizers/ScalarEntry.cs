using TorchSharp.Modules;

namespace Pth.Torch.Optimizers;

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
