namespace Pth.Torch;

/// <summary>How to load the state of an optimizer.</summary>
public sealed record OptimizerLoadOptions
{
    /// <summary>Refuses whatever TorchSharp cannot follow.</summary>
    public static OptimizerLoadOptions Default { get; } = new();

    /// <summary>
    /// Keys of groups and states that may be left out, because training can go on without them: those that a program keeps there
    /// for itself, or a hyper-parameter that TorchSharp's optimizer lacks.
    /// </summary>
    public IReadOnlyCollection<string> Ignore { get; init; } = [];

    internal bool Ignores(string name) => Ignore.Contains(name, StringComparer.Ordinal);
}
