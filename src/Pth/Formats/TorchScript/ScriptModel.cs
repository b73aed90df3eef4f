namespace Pth.Formats.TorchScript;

/// <summary>What <c>model.json</c> says: a <c>ModelDef</c> of <c>caffe2/proto/torch.proto</c> in the JSON of Protocol Buffers.</summary>
/// <param name="Version">The version of the description, from 1.</param>
/// <param name="Module">The saved module.</param>
/// <param name="Tensors">The tensors that everything else counts by their position.</param>
internal sealed record ScriptModel(long Version, ScriptModuleEntry Module, IReadOnlyList<ScriptTensorEntry> Tensors)
{
    /// <summary>Since this version there is a pickle of attributes.</summary>
    public const long FirstWithAttributes = 2;

    /// <summary>The newest: PyTorch 1.3's.</summary>
    public const long Newest = 5;
}

/// <summary>A <c>ModuleDef</c>.</summary>
internal sealed record ScriptModuleEntry(
    string Name,
    IReadOnlyList<ScriptParameterEntry> Parameters,
    IReadOnlyList<ScriptAttributeEntry> Attributes,
    IReadOnlyList<ScriptModuleEntry> Modules,
    long? StateId
);

/// <summary>A <c>ParameterDef</c>: a name for a tensor.</summary>
internal sealed record ScriptParameterEntry(string Name, long TensorId, bool IsBuffer);

/// <summary>An <c>AttributeDef</c>: a name for a value of the pickle; without one where the number is negative.</summary>
internal sealed record ScriptAttributeEntry(string Name, long Id);

/// <summary>A <c>TensorDef</c>: a view of a record.</summary>
internal sealed record ScriptTensorEntry(
    string Key,
    string DataType,
    string Device,
    IReadOnlyList<long> Shape,
    IReadOnlyList<long> Strides,
    long Offset,
    bool RequiresGrad,
    bool IsQuantized,
    double Scale,
    long ZeroPoint
);
