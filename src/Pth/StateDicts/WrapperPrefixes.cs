using System.Collections.Immutable;

namespace Pth;

/// <summary>The names that PyTorch's wrappers add to a network's own.</summary>
public static class WrapperPrefixes
{
    internal const string Module = "module.";

    // Sources: torch/_dynamo/eval_frame.py, torch/distributed/fsdp/_common_utils.py (and its first versions),
    // torch/distributed/algorithms/_checkpoint/checkpoint_wrapper.py, lightning/fabric/wrappers.py.
    private static readonly ImmutableArray<(string Prefix, string Writer)> Marked =
    [
        ("_orig_mod.", "torch.compile"),
        ("_fsdp_wrapped_module.", "FullyShardedDataParallel"),
        ("_fpw_module.", "FullyShardedDataParallel before PyTorch 1.13"),
        ("_checkpoint_wrapped_module.", "activation checkpointing"),
        ("_forward_module.", "DeepSpeed or Lightning Fabric"),
    ];

    /// <summary>Says which wrappers are in the names of tensors, and on how many: what <see cref="RenameRule.Unwrap"/> looks at.</summary>
    /// <returns>Those that are on one name or more, the one most often met first.</returns>
    public static IReadOnlyList<WrapperUse> Detect(IEnumerable<string> tensorNames)
    {
        string[] names = [.. tensorNames.Where(name => !IsBesideWrapper(name))];
        string[] bare = [.. names.Select(WithoutMarked)];
        var uses = new List<WrapperUse>
        {
            new(
                Module,
                "DataParallel, DistributedDataParallel or AveragedModel",
                bare.Count(HasModuleInFront),
                names.Length
            ),
        };
        foreach ((string prefix, string writer) in Marked)
        {
            uses.Add(new(prefix, writer, names.Count(name => IndexOf(name, prefix) >= 0), names.Length));
        }
        return [.. uses.Where(use => use.Count > 0).OrderByDescending(use => use.Count)];
    }

    /// <summary>How often <c>module.</c> stands in front of every name, when the unmistakable names are gone.</summary>
    internal static int CountModuleLayers(IEnumerable<string> tensorNames)
    {
        List<string> names = [.. tensorNames.Select(WithoutMarked)];
        int layers = 0;
        while (true)
        {
            names.RemoveAll(IsBesideWrapper);
            if (names.Count == 0 || !names.TrueForAll(HasModuleInFront))
            {
                return layers;
            }
            for (int i = 0; i < names.Count; i++)
            {
                names[i] = names[i][Module.Length..];
            }
            layers++;
        }
    }

    internal static bool HasModuleInFront(string name) => name.StartsWith(Module, StringComparison.Ordinal);

    /// <summary>Whether a module's name is one that only wrappers give: <c>_orig_mod</c>.</summary>
    internal static bool IsMarked(string name) =>
        Marked.Any(wrapper => wrapper.Prefix.AsSpan(0, wrapper.Prefix.Length - 1).SequenceEqual(name));

    /// <summary>The name without the components that only wrappers have.</summary>
    internal static string WithoutMarked(string name)
    {
        foreach ((string prefix, _) in Marked)
        {
            for (int at = IndexOf(name, prefix); at >= 0; at = IndexOf(name, prefix))
            {
                name = name.Remove(at, prefix.Length);
            }
        }
        return name;
    }

    // AveragedModel counts its updates in a buffer beside `module`.
    private static bool IsBesideWrapper(string name) => name == "n_averaged";

    private static int IndexOf(string name, string component)
    {
        int at = name.IndexOf(component, StringComparison.Ordinal);
        // Only a whole component: my_orig_mod. is somebody's own name.
        while (at > 0 && name[at - 1] != '.')
        {
            at = name.IndexOf(component, at + 1, StringComparison.Ordinal);
        }
        return at;
    }
}
