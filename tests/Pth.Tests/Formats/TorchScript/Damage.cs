namespace Pth.Tests.Formats.TorchScript;

/// <summary>What there is to know of a file that may be damaged.</summary>
internal static class Damage
{
    /// <summary>Every tensor with its name and a hash of its elements.</summary>
    public static List<string> Read(ReadOnlyMemory<byte> data)
    {
        using Checkpoint checkpoint = Checkpoint.Open(data);
        var found = new List<string>();
        foreach ((string name, TensorView tensor, _) in checkpoint.Tensors)
        {
            string hash = tensor.Storage.IsMeta ? "" : Convert.ToHexString(tensor.Sha256());
            string shape = $"[{string.Join(',', tensor.Shape)}] [{string.Join(',', tensor.Strides)}] {tensor.Offset}";
            found.Add($"{name} {tensor.DType} {shape} {tensor.RequiresGrad} {tensor.IsParameter} {hash}");
        }
        return found;
    }
}
