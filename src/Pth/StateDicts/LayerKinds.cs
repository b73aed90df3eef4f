using System.Collections.Immutable;

namespace Pth.StateDicts;

/// <summary>Tells from names and shapes what a module is. Says two classes where both fit, and nothing where it cannot tell.</summary>
internal static class LayerKinds
{
    private static readonly string[] EmbeddingHints = ["emb", "wte", "wpe", "relative_attention_bias"];

    private static readonly string[] LinearHints =
    [
        "linear",
        "fc",
        "dense",
        "proj",
        "head",
        "query",
        "key",
        "value",
        "qkv",
        "to_",
        "attn",
        "mlp",
        "out",
        "gate",
        "classifier",
        "lora",
    ];

    private static readonly string[] TransposedHints = ["deconv", "transpose", "upconv", "convt"];

    public static LayerGuess? Guess(LayerEvidence evidence) =>
        Wrapper(evidence)
        ?? RecurrentKinds.Guess(evidence)
        ?? Attention(evidence)
        ?? (
            evidence.Children.Count > 0
                ? null
                : Normalization(evidence) ?? Weighted(evidence) ?? ParameterList(evidence)
        );

    private static LayerGuess? Wrapper(LayerEvidence evidence)
    {
        if (evidence.Children is not [var inner])
        {
            return null;
        }
        // Whatever holds `_orig_mod` is the wrapper; of `module` that is so only around the whole network.
        return inner.Name switch
        {
            "_orig_mod" => new("OptimizedModule"),
            "_fsdp_wrapped_module" or "_fpw_module" => new("FullyShardedDataParallel"),
            "_checkpoint_wrapped_module" => new("CheckpointWrapper"),
            "_forward_module" => new("DeepSpeed or Fabric wrapper"),
            "module" when evidence.IsRoot && evidence.HasOnly(["n_averaged"]) => new("AveragedModel"),
            "module" when evidence.IsRoot && evidence.Tensors.Length == 0 => new(
                "DataParallel or DistributedDataParallel"
            ),
            _ => null,
        };
    }

    private static LayerGuess? Attention(LayerEvidence evidence) =>
        (evidence.Has("in_proj_weight") || (evidence.Has("q_proj_weight") && evidence.Has("k_proj_weight")))
        && evidence.Children.Any(child => child.Name == "out_proj")
            ? new("MultiheadAttention")
            : null;

    private static LayerGuess? Normalization(LayerEvidence evidence)
    {
        if (evidence.HasOnly(["running_mean", "running_var"], "weight", "bias", "num_batches_tracked"))
        {
            long size = evidence.ShapeOf("running_mean")!.Value.FirstOrDefault();
            string rank =
                evidence.Before is { } before && before.OutputSize == size ? $"{Math.Max(1, before.SpatialRank)}d" : "";
            return new($"BatchNorm{rank}", evidence.Has("weight") ? $"{size}" : $"{size}, affine=False");
        }
        if (!evidence.HasOnly(["weight"], "bias") || evidence.ShapeOf("weight") is not { Length: > 0 } weight)
        {
            return null;
        }
        if (evidence.ShapeOf("bias") is not { } bias)
        {
            return weight.Length == 1 ? WithoutBias(evidence, weight[0]) : null;
        }
        if (!bias.AsSpan().SequenceEqual(weight.AsSpan()))
        {
            return null;
        }
        if (weight.Length > 1)
        {
            return new("LayerNorm", $"({string.Join(", ", weight)})");
        }
        string hint = evidence.Hint;
        return evidence.Version is 2 ? new("BatchNorm or InstanceNorm", $"{weight[0]}, track_running_stats=False")
            : hint.Contains("layer_norm", StringComparison.Ordinal)
            || hint.Contains("layernorm", StringComparison.Ordinal)
            || hint.StartsWith("ln", StringComparison.Ordinal)
                ? new("LayerNorm", $"({weight[0]},)")
            : hint.Contains("group_norm", StringComparison.Ordinal)
            || hint.Contains("groupnorm", StringComparison.Ordinal)
            || hint.StartsWith("gn", StringComparison.Ordinal)
                ? new("GroupNorm", $"num_channels={weight[0]}")
            : new(
                evidence.Version is null ? "LayerNorm, GroupNorm or InstanceNorm" : "LayerNorm or GroupNorm",
                $"{weight[0]}"
            );
    }

    private static LayerGuess WithoutBias(LayerEvidence evidence, long size)
    {
        if (evidence.Hint.Contains("prelu", StringComparison.Ordinal))
        {
            return new("PReLU", $"num_parameters={size}");
        }
        return
            evidence.Hint.Contains("norm", StringComparison.Ordinal)
            || evidence.Hint.StartsWith("ln", StringComparison.Ordinal)
            ? new("RMSNorm or LayerNorm without bias", $"({size},)")
            : new("RMSNorm, LayerNorm without bias or PReLU", $"{size}");
    }

    private static LayerGuess? Weighted(LayerEvidence evidence)
    {
        (string name, string remark) = Reparametrized(evidence);
        if (evidence.ShapeOf(name) is not { } weight || weight.Contains(0))
        {
            return null;
        }
        ImmutableArray<long>? bias = evidence.ShapeOf("bias");
        if (bias is { Length: not 1 })
        {
            return null;
        }
        LayerGuess? guess = weight.Length switch
        {
            2 => Matrix(evidence, weight, bias?[0]),
            3 when evidence.Hint.Contains("bilinear", StringComparison.Ordinal) => new(
                "Bilinear",
                $"in1_features={weight[1]}, in2_features={weight[2]}, out_features={weight[0]}, bias={(bias is null ? "False" : "True")}"
            ),
            >= 3 and <= 5 => Convolution(evidence, weight, bias?[0]),
            _ => null,
        };
        return guess is null || remark.Length == 0 ? guess : guess with { ClassName = $"{guess.ClassName} {remark}" };
    }

    /// <summary>Which tensor has the weight's shape, when torch.nn.utils has split the weight up.</summary>
    private static (string Name, string Remark) Reparametrized(LayerEvidence evidence) =>
        evidence.HasOnly(["weight"], "bias") ? ("weight", "")
        : evidence.HasOnly(["weight_g", "weight_v"], "bias") ? ("weight_v", "with weight_norm")
        : evidence.HasOnly(["weight_orig", "weight_u"], "weight_v", "bias") ? ("weight_orig", "with spectral_norm")
        : evidence.HasOnly(["weight_orig", "weight_mask"], "bias") ? ("weight_orig", "with pruning")
        : ("", "");

    private static LayerGuess? Matrix(LayerEvidence evidence, ImmutableArray<long> weight, long? bias)
    {
        (long rows, long columns) = (weight[0], weight[1]);
        if (bias is null)
        {
            string hint = evidence.Hint;
            if (IsHinted(hint, EmbeddingHints))
            {
                return new("Embedding", $"{rows}, {columns}");
            }
            if (!IsHinted(hint, LinearHints))
            {
                return new("Linear without bias or Embedding") { SpatialRank = 0, OutputSize = rows };
            }
        }
        else if (bias != rows)
        {
            // GPT-2's own class: a Linear whose weight lies the other way.
            return bias == columns ? new("Conv1D", $"nf={columns}, nx={rows}") : null;
        }
        return new("Linear", $"in_features={columns}, out_features={rows}, bias={(bias is null ? "False" : "True")}")
        {
            SpatialRank = 0,
            OutputSize = rows,
        };
    }

    private static LayerGuess? Convolution(LayerEvidence evidence, ImmutableArray<long> weight, long? bias)
    {
        int rank = weight.Length - 2;
        (long first, long second) = (weight[0], weight[1]);
        string kernel = $"kernel_size=({string.Join(", ", weight.Skip(2))}{(rank == 1 ? "," : "")})";
        string end = bias is null ? ", bias=False" : "";

        // A transposed one has its weight as [in, out, ...]: a bias of the second size shows it, or else its name does.
        bool isTransposed = bias is null || first == second ? IsHinted(evidence.Hint, TransposedHints) : bias == second;
        if (isTransposed)
        {
            return new($"ConvTranspose{rank}d", $"{first}, {second}, {kernel}{end}")
            {
                SpatialRank = rank,
                OutputSize = second,
            };
        }
        if (bias is not null && bias != first)
        {
            return null;
        }

        // One input channel a group: depthwise when as many channels come in as go out.
        bool isDepthwise =
            second == 1
            && first > 1
            && evidence.LastConvolution is { } last
            && last.SpatialRank == rank
            && last.OutputSize == first;
        return new(
            $"Conv{rank}d",
            isDepthwise ? $"{first}, {first}, {kernel}, groups={first}{end}" : $"{second}, {first}, {kernel}{end}"
        )
        {
            SpatialRank = rank,
            OutputSize = first,
        };
    }

    private static bool IsHinted(string hint, string[] parts) =>
        Array.Exists(parts, part => hint.Contains(part, StringComparison.Ordinal));

    private static LayerGuess? ParameterList(LayerEvidence evidence) =>
        evidence.Tensors.Length > 0
        && Array.TrueForAll(evidence.Tensors, tensor => ModuleNumbers.TryParse(tensor.Name, out _))
            ? new("ParameterList")
            : null;
}
