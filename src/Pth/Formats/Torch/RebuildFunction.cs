namespace Pth.Formats.Torch;

/// <summary>The functions and classes by which a pickle says "tensor".</summary>
internal enum RebuildFunction
{
    /// <summary>Anything else: it stays what it is.</summary>
    None,

    /// <summary><c>torch._utils._rebuild_tensor</c>, up to PyTorch 0.3.</summary>
    Tensor,

    /// <summary><c>torch._utils._rebuild_tensor_v2</c>: nearly every tensor.</summary>
    TensorV2,

    /// <summary><c>torch._utils._rebuild_tensor_v3</c>, from 2.1 on: element types that have no storage class.</summary>
    TensorV3,

    /// <summary><c>torch._utils._rebuild_parameter</c> and <c>_rebuild_parameter_with_state</c>.</summary>
    Parameter,

    /// <summary><c>torch._tensor._rebuild_from_type_v2</c> and, up to 1.10, <c>_rebuild_from_type</c>: a subclass, or attributes on a tensor.</summary>
    FromType,

    /// <summary><c>torch._utils._rebuild_qtensor</c>.</summary>
    Quantized,

    /// <summary><c>torch._utils._rebuild_sparse_tensor</c> and, up to 1.13, <c>_rebuild_sparse_csr_tensor</c>.</summary>
    Sparse,

    /// <summary><c>torch._utils._rebuild_meta_tensor_no_storage</c>.</summary>
    Meta,

    /// <summary><c>torch._utils._rebuild_nested_tensor</c>.</summary>
    Nested,

    /// <summary><c>torch.nested._internal.nested_tensor._rebuild_njt</c>: the jagged layout.</summary>
    Jagged,

    /// <summary><c>torch._utils._rebuild_wrapper_subclass</c>: a tensor whose data is in its attributes, as <c>DTensor</c>.</summary>
    WrapperSubclass,

    /// <summary><c>torch._utils._rebuild_device_tensor_from_numpy</c> and the older <c>_rebuild_xla_tensor</c>.</summary>
    DeviceFromNumpy,

    /// <summary><c>torch._utils._rebuild_device_tensor_from_cpu_tensor</c>.</summary>
    DeviceFromCpu,

    /// <summary><c>torch.FloatTensor</c> and its like, empty until a state is given.</summary>
    TensorClass,

    /// <summary><c>torch.nn.parameter.Parameter</c> itself.</summary>
    ParameterClass,

    /// <summary><c>torch.autograd.variable.Variable</c>, up to 0.3.</summary>
    VariableClass,
}
