namespace Pth.Formats.TorchScript;

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
