namespace Pth.Cli.Inspection;

/// <summary>How many of a network's tensors are parameters. A state dict does not say; the names of PyTorch's own buffers do.</summary>
internal sealed record StateDictTotals(int Parameters, long ParameterElements, int Buffers)
{
    // Floating-point buffers of PyTorch's own classes and of rotary embeddings; all that is not floating point is a buffer anyway.
    private static readonly string[] BufferNames =
    [
        "running_mean",
        "running_var",
        "weight_mask",
        "bias_mask",
        "inv_freq",
    ];

    /// <summary>Counts. A tensor under two names counts once.</summary>
    public static StateDictTotals Of(StateDict state)
    {
        var seen = new HashSet<TensorView>(ReferenceEqualityComparer.Instance);
        (int parameters, long elements, int buffers) = (0, 0, 0);
        foreach ((string name, TensorView tensor) in state)
        {
            if (!seen.Add(tensor))
            {
                continue;
            }
            if (IsBuffer(name, tensor))
            {
                buffers++;
            }
            else
            {
                parameters++;
                elements += tensor.ElementCount;
            }
        }
        return new(parameters, elements, buffers);
    }

    private static bool IsBuffer(string name, TensorView tensor) =>
        !tensor.IsParameter
        && (
            !(tensor.DType.IsFloatingPoint || tensor.DType.IsComplex || tensor.DType.IsQuantized)
            || BufferNames.Contains(name[(name.LastIndexOf('.') + 1)..], StringComparer.Ordinal)
        );
}
