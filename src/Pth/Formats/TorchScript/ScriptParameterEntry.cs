namespace Pth.Formats.TorchScript;

/// <summary>A <c>ParameterDef</c>: a name for a tensor.</summary>
internal sealed record ScriptParameterEntry(string Name, long TensorId, bool IsBuffer);
