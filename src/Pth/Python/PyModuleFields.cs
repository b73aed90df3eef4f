namespace Pth;

/// <summary>Which attributes of a TorchScript module are parameters and which are buffers, as its class declares it: the object alone does not say.</summary>
/// <param name="Parameters">The names of parameters, of which some may be None.</param>
/// <param name="Buffers">The names of buffers.</param>
internal sealed record PyModuleFields(IReadOnlySet<string> Parameters, IReadOnlySet<string> Buffers);
