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
