namespace Pth.Formats.TorchScript;

/// <summary>A <c>ModuleDef</c>.</summary>
internal sealed record ScriptModuleEntry(
    string Name,
    IReadOnlyList<ScriptParameterEntry> Parameters,
    IReadOnlyList<ScriptAttributeEntry> Attributes,
    IReadOnlyList<ScriptModuleEntry> Modules,
    long? StateId
);
