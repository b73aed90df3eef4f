using System.Text.Json;

namespace Pth.Cli.Output;

/// <summary>A tensor in JSON, as <c>pth ls --json</c> promises it.</summary>
internal static class TensorJson
{
    public static void Write(Utf8JsonWriter item, NamedTensor named)
    {
        TensorView tensor = named.Tensor;
        item.WriteText("name", named.Name);
        item.WriteString("dtype", tensor.DType.TorchName);
        item.WriteString("layout", LayoutName(tensor.Layout));
        item.WriteNumbers("shape", tensor.Shape.AsSpan());
        item.WriteNumbers("stride", tensor.Strides.AsSpan());
        item.WriteNumber("offset", tensor.Offset);
        item.WriteText("storage", tensor.Storage.Key);
        item.WriteNumber("storage_nbytes", tensor.Storage.ByteCount);
        item.WriteNumber("nbytes", tensor.ByteCount);
        item.WriteText("device", tensor.Device);
        item.WriteBoolean("requires_grad", tensor.RequiresGrad);
        item.WriteBoolean("parameter", tensor.IsParameter);
    }

    public static string LayoutName(TensorLayout layout) =>
        layout switch
        {
            TensorLayout.Strided => "strided",
            TensorLayout.SparseCoo => "sparse_coo",
            TensorLayout.SparseCsr => "sparse_csr",
            TensorLayout.SparseCsc => "sparse_csc",
            TensorLayout.SparseBsr => "sparse_bsr",
            TensorLayout.SparseBsc => "sparse_bsc",
            TensorLayout.Nested => "nested",
            _ => throw new ArgumentOutOfRangeException(nameof(layout)),
        };
}
