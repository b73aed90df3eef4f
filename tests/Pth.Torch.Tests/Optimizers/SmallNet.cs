using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pth.Torch.Tests.Optimizers;

/// <summary>A net of four parameters in two groups and its data, as the Python in <see cref="LiveOptimizerTests"/> has it.</summary>
internal sealed class SmallNet : IDisposable
{
    private readonly Tensor _x;
    private readonly Tensor _y;

    public SmallNet(PyValue checkpoint, string parameters)
    {
        _x = ToTensor(checkpoint["x"]);
        _y = ToTensor(checkpoint["y"]);
        Parameters = [.. checkpoint[parameters].As<PyList>().Select(value => new Parameter(ToTensor(value)))];
    }

    public IReadOnlyList<Parameter> Parameters { get; }

    public OptimizerHelper Optimizer(string name) =>
        OptimizerCase.Make(
            name,
            [
                [.. Parameters.Take(2)],
                [.. Parameters.Skip(2)],
            ]
        );

    public void Train(optim.Optimizer optimizer, int steps)
    {
        for (int i = 0; i < steps; i++)
        {
            using var scope = NewDisposeScope();
            optimizer.zero_grad();
            Tensor hidden = (_x.matmul(Parameters[0]) + Parameters[1]).tanh();
            Tensor loss = (hidden.matmul(Parameters[2]) + Parameters[3] - _y).pow(2).mean();
            loss.backward();
            optimizer.step();
        }
    }

    /// <summary>How far the parameters are from those of a list, at most.</summary>
    public double DistanceTo(PyValue list) =>
        list.As<PyList>()
            .Select(
                (value, i) =>
                    Floats(value).Zip(Parameters[i].data<float>()).Max(pair => Math.Abs(pair.First - pair.Second))
            )
            .Max();

    public PyList ToPython() =>
        [.. Parameters.Select(one => (PyValue)TensorView.FromArray(one.data<float>().ToArray(), one.shape))];

    public void Dispose()
    {
        _x.Dispose();
        _y.Dispose();
        foreach (Parameter parameter in Parameters)
        {
            parameter.Dispose();
        }
    }

    private static float[] Floats(PyValue value) => value.As<PyTensor>().View.ToArray<float>();

    private static Tensor ToTensor(PyValue value) =>
        tensor(Floats(value)).reshape(value.As<PyTensor>().View.Shape.AsSpan().ToArray());
}
