using Pth.Pickle;

namespace Pth.Security;

/// <summary>A class or function that a pickle names, and the calls of it.</summary>
internal sealed class GlobalUse
{
    /// <summary>Calls that are kept.</summary>
    public const int MostCalls = 20;

    public GlobalUse(string module, string name, bool isOld, int offset, Verdict verdict)
    {
        FullName = $"{module}.{name}";
        Offset = offset;
        Verdict = verdict;
        (string newModule, string newName) = isOld ? Python2Names.ToPython3(module, name) : (module, name);
        Role = FindRole($"{newModule}.{newName}");
        ItemSize = Role == GlobalRole.HasItemSize ? ItemSizes.Find(newName) : 0;
        HasPlausibleName = GlobalRules.IsPlausible(module) && GlobalRules.IsPlausible(name);
    }

    public string FullName { get; }

    /// <summary>Where it is first named.</summary>
    public int Offset { get; }

    public Verdict Verdict { get; }

    public GlobalRole Role { get; }

    /// <summary>The bytes of an element, where it is a storage class or dtype; 0 where that is not known.</summary>
    public int ItemSize { get; }

    public bool HasPlausibleName { get; }

    /// <summary>Whether it is called at all.</summary>
    public bool IsCalled { get; set; }

    /// <summary>The first calls, where the verdict is not that it is safe.</summary>
    public List<(int Offset, string Text)> Calls { get; } = [];

    private static GlobalRole FindRole(string full) =>
        full switch
        {
            "_codecs.encode" or "builtins.bytes" or "builtins.bytearray" => GlobalRole.MakesBytes,
            "builtins.range" or "builtins.xrange" => GlobalRole.Counts,
            "numpy.ndarray"
            or "torch.UntypedStorage"
            or "torch.storage.UntypedStorage"
            or "torch._UntypedStorage"
            or "torch.storage._UntypedStorage" => GlobalRole.Allocates,
            "numpy.random._pickle.__generator_ctor" or "numpy.random._pickle.__randomstate_ctor" =>
                GlobalRole.CallsSecondWithFirst,
            "torch._utils._rebuild_tensor" or "torch._utils._rebuild_tensor_v2" or "torch._utils._rebuild_qtensor" =>
                GlobalRole.RebuildsTensor,
            "torch._utils._rebuild_tensor_v3" => GlobalRole.RebuildsTyped,
            "torch._utils._rebuild_parameter"
            or "torch._utils._rebuild_parameter_with_state"
            or "torch.nn.parameter.Parameter"
            or "torch.Tensor"
            or "torch._tensor.Tensor" => GlobalRole.WrapsTensor,
            "torch._tensor._rebuild_from_type_v2" or "torch._tensor._rebuild_from_type" =>
                GlobalRole.CallsFirstWithThird,
            "copyreg._reconstructor" or "copyreg.__newobj__" or "copyreg.__newobj_ex__" => GlobalRole.MakesFirst,
            "torch.Size" => GlobalRole.Wraps,
            _ when full.StartsWith("torch.", StringComparison.Ordinal) => GlobalRole.HasItemSize,
            _ => GlobalRole.Other,
        };
}
