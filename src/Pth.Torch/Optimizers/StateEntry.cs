using TorchSharp.Modules;

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
    /// <exception cref="OptimizerStateException">The value is of a wrong kind or shape.</exception>
    public abstract Action<TState> Read(PyValue value, TOptions options, Parameter parameter, StateReading reading);

    /// <summary>The value for a file; null where there is none.</summary>
    public abstract PyValue? Write(TState state, TOptions options, WriterProfile profile);
}
