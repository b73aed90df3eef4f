using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pth.Distributed.Replicas;

/// <summary>One forward of several replicas, and the backward that belongs to it.</summary>
internal sealed class ReplicaStep(
    IReadOnlyList<Replica> replicas,
    IReadOnlyList<Parameter> parameters,
    Action<Exception> fail
)
{
    private readonly List<Tensor> _inputs = [];
    private Tensor[] _outputs = [];

    public Action<Exception> Fail => fail;

    /// <summary>Gives each replica its part of the batch, and puts the outputs together.</summary>
    public Tensor Forward(Tensor input, bool withGradients)
    {
        Tensor[] parts = input.detach().chunk(replicas.Count, 0);
        bool inputToo = withGradients && input.requires_grad;
        foreach ((Tensor part, Replica replica) in parts.Zip(replicas))
        {
            Tensor own = part.to(replica.Device).detach();
            _inputs.Add((inputToo ? own.requires_grad_() : own).DetachFromDisposeScope());
        }

        _outputs = new Tensor[parts.Length];
        OnThreads.Run(
            parts.Length,
            withGradients,
            i => _outputs[i] = replicas[i].Module.call(_inputs[i]).DetachFromDisposeScope()
        );
        using IDisposable off = no_grad();
        return cat([.. _outputs.Select(output => output.detach().to(input.device))]);
    }

    /// <summary>Runs the replicas' backward; the sums of their gradients, for the input and then for each parameter; null where there is none.</summary>
    public List<Tensor> Backward(Tensor gradient)
    {
        if (_outputs.Length == 0)
        {
            throw new InvalidOperationException(
                "A second backward through one forward of DataParallel is not possible."
            );
        }

        Tensor[] parts = gradient.split([.. _outputs.Select(output => output.shape[0])], 0);
        foreach (
            (Replica replica, (Parameter _, Parameter own)) in replicas.SelectMany(r =>
                r.Parameters.Select(p => (r, p))
            )
        )
        {
            own.grad = null;
        }

        OnThreads.Run(
            _outputs.Length,
            withGradients: true,
            i =>
            {
                if (_outputs[i].requires_grad)
                {
                    using Tensor part = parts[i].to(_outputs[i].device);
                    _outputs[i].backward([part]);
                }
            }
        );
        List<Tensor> gradients = [InputGradient(gradient.device), .. parameters.Select(Sum)];
        Release();
        return gradients;
    }

    /// <summary>Lets the replicas' graphs go.</summary>
    public void Release()
    {
        Array.ForEach(_outputs, output => output.Dispose());
        _inputs.ForEach(input => input.Dispose());
        _outputs = [];
        _inputs.Clear();
    }

    private Tensor InputGradient(Device device)
    {
        Tensor?[] gradients = [.. _inputs.Select(input => input.requires_grad ? input.grad : null)];
        return gradients.Any(part => part is null) ? null! : cat([.. gradients.Select(part => part!.to(device))]);
    }

    private Tensor Sum(Parameter original)
    {
        Tensor? sum = null;
        foreach (Replica replica in replicas)
        {
            Parameter own = replica.Parameters.Find(pair => ReferenceEquals(pair.Original, original)).Own;
            if (own.grad is { } part)
            {
                sum = sum is null ? part.to(original.device) : sum.add_(part.to(original.device));
            }

            own.grad = null;
        }

        return sum!;
    }
}
