namespace Pth.Formats.Torch;

/// <summary>Knows the rebuild functions by their exact names, in today's modules and in those of old files.</summary>
/// <remarks>Source: <c>torch/_utils.py</c>, <c>torch/_tensor.py</c> (until 1.8 <c>torch/tensor.py</c>).</remarks>
internal static class RebuildFunctions
{
    public static RebuildFunction Find(PyGlobal global) =>
        global.Module switch
        {
            "torch._utils" => InUtils(global.Name),
            "torch._tensor" or "torch.tensor" => global.Name switch
            {
                "_rebuild_from_type_v2" or "_rebuild_from_type" => RebuildFunction.FromType,
                _ => RebuildFunction.None,
            },
            "torch.nested._internal.nested_tensor" => global.Name == "_rebuild_njt"
                ? RebuildFunction.Jagged
                : RebuildFunction.None,
            "torch.nn.parameter" => global.Name == "Parameter" ? RebuildFunction.ParameterClass : RebuildFunction.None,
            "torch.autograd.variable" => global.Name == "Variable"
                ? RebuildFunction.VariableClass
                : RebuildFunction.None,
            _ => StorageClasses.TryGetTensorDType(global, out _) ? RebuildFunction.TensorClass : RebuildFunction.None,
        };

    private static RebuildFunction InUtils(string name) =>
        name switch
        {
            "_rebuild_tensor_v2" => RebuildFunction.TensorV2,
            "_rebuild_parameter" or "_rebuild_parameter_with_state" => RebuildFunction.Parameter,
            "_rebuild_tensor_v3" => RebuildFunction.TensorV3,
            "_rebuild_qtensor" => RebuildFunction.Quantized,
            "_rebuild_tensor" => RebuildFunction.Tensor,
            "_rebuild_sparse_tensor" or "_rebuild_sparse_csr_tensor" => RebuildFunction.Sparse,
            "_rebuild_meta_tensor_no_storage" => RebuildFunction.Meta,
            "_rebuild_nested_tensor" => RebuildFunction.Nested,
            "_rebuild_wrapper_subclass" => RebuildFunction.WrapperSubclass,
            "_rebuild_device_tensor_from_numpy" or "_rebuild_xla_tensor" => RebuildFunction.DeviceFromNumpy,
            "_rebuild_device_tensor_from_cpu_tensor" => RebuildFunction.DeviceFromCpu,
            _ => RebuildFunction.None,
        };
}
