using TorchSharp;

namespace Pth.Torch;

/// <summary>How a state dict is loaded into a module.</summary>
public sealed record LoadStateDictOptions
{
    /// <summary>The defaults: PyTorch's <c>load_state_dict(state_dict)</c>.</summary>
    public static LoadStateDictOptions Default { get; } = new();

    /// <summary>
    /// Whether missing and unexpected names are an error. If not, they are returned. A tensor of another shape is an error in any case, as in
    /// PyTorch.
    /// </summary>
    public bool Strict { get; init; } = true;

    /// <summary>
    /// PyTorch's <c>assign=True</c>: the module gets the tensors of the file, with their element types, instead of their elements. From a file that
    /// is opened they come mapped: nothing is read until it is used. <c>requires_grad</c> stays as the module has it, and so do ties between its
    /// tensors. Make the optimizer afterwards.
    /// </summary>
    public bool Assign { get; init; }

    /// <summary>
    /// Whether the names that wrappers add are left out of account on either side (see <see cref="RenameRule.Unwrap"/>): a file of a
    /// <c>DataParallel</c> loads into a plain module, and a plain file into a wrapped one.
    /// </summary>
    public bool Unwrap { get; init; }

    /// <summary>
    /// Tensors that are left as they are, as if neither the module nor the file had them: their names in the module, or the name of a module for all
    /// in it: <c>classifier.6</c>.
    /// </summary>
    public IReadOnlyCollection<string> Skip { get; init; } = [];

    /// <summary>Rules that change the file's names to the module's, one after the other, before anything else is done.</summary>
    public IReadOnlyList<RenameRule> Map { get; init; } = [];

    /// <summary>
    /// Where the module shall be. It is moved there when nothing is found against loading; what is on the meta device gets memory. Null leaves
    /// every tensor where it is.
    /// </summary>
    public torch.Device? Device { get; init; }

    /// <summary>Whether quantized tensors are loaded as the reals that they stand for. Else they are an error, as in PyTorch.</summary>
    public bool Dequantize { get; init; }

    /// <summary>How <c>LoadCheckpoint</c> reads the file.</summary>
    public ReadOptions Read { get; init; } = ReadOptions.Default;

    /// <summary>Told how many bytes are loaded.</summary>
    public IProgress<TransferProgress>? Progress { get; init; }

    /// <summary>Stops a long load. Where copying has begun, the module has some of the new tensors then.</summary>
    public CancellationToken CancellationToken { get; init; }

    /// <summary>Whether everything goes through the buffer that other devices need.</summary>
    internal bool IsStagedOnly { get; init; }
}
