namespace Pth.Formats.TorchScript;

/// <summary>An <c>AttributeDef</c>: a name for a value of the pickle; without one where the number is negative.</summary>
internal sealed record ScriptAttributeEntry(string Name, long Id);
