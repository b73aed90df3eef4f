using Pth.Errors;
using Pth.Formats;
using Pth.StateDicts;

namespace Pth;

/// <summary>
/// A PyTorch checkpoint: what the file holds (<see cref="Root"/>), its state dict and its tensors. The door to everything:
/// <see cref="Open(string, ReadOptions)"/>, <see cref="Load"/>, <c>Save</c>.
/// </summary>
/// <example>
/// <code>
/// using var checkpoint = Checkpoint.Open("model.pth");
/// float first = checkpoint.StateDict["classifier.bias"].AsTensorSpan&lt;float&gt;()[0];
/// </code>
/// </example>
/// <remarks>
/// Storages, and with them tensors and state dicts, are valid until the checkpoint is disposed. Several threads may read one at the
/// same time.
/// </remarks>
public sealed partial class Checkpoint : IDisposable
{
    private readonly ContainerContent _content;
    private readonly ReadLimits _limits;
    private readonly Lazy<IReadOnlyList<NamedTensor>> _tensors;
    private readonly Lazy<StateDictLocation> _location;
    private readonly Lazy<StateDict> _stateDict;

    private Checkpoint(string name, ContainerContent content, ReadLimits limits)
    {
        Name = name;
        _content = content;
        _limits = limits;
        _tensors = new(() =>
            _content.Beside is null
                ? TensorPaths.Collect(Root, _limits, new ErrorLocation(Name))
                : [.. Roots().SelectMany(root => TensorPaths.Collect(root, _limits, new ErrorLocation(Name)))]
        );
        _location = new(() => StateDictFinder.Find(Root, _limits, new ErrorLocation(Name)));
        _stateDict = new(() => _location.Value.Read());
    }

    /// <summary>The path as it was given; <c>&lt;stream&gt;</c> or <c>&lt;memory&gt;</c> where there is none.</summary>
    public string Name { get; }

    /// <summary>What kind of file it is and who wrote it.</summary>
    public ContainerInfo Container => _content.Info;

    /// <summary>What the file holds: a state dict, or a dictionary with the state dict and more, or anything else that was saved.</summary>
    public PyValue Root => _content.Root;

    /// <summary>
    /// What lies in the file beside <see cref="Root"/>, by record: TorchScript's <c>constants.pkl</c> and <c>traced_inputs.pkl</c>, where they
    /// hold tensors. Empty for most files.
    /// </summary>
    public PyDict Beside => _content.Beside ?? [];

    /// <summary>The state dict, found as <see cref="StateDictLocation.Find"/> says. Changes to it do not touch <see cref="Root"/>.</summary>
    /// <exception cref="CheckpointException">There is none: <see cref="CheckpointErrorKind.NoStateDict"/>.</exception>
    public StateDict StateDict => _stateDict.Value;

    /// <summary>Where <see cref="StateDict"/> is: <c>&lt;root&gt;</c>, <c>state_dict</c>, <c>model</c>.</summary>
    /// <exception cref="CheckpointException">There is no state dict: <see cref="CheckpointErrorKind.NoStateDict"/>.</exception>
    public string StateDictPath => _location.Value.Path;

    /// <summary>Every tensor of the file by its path, in the order of the file; sparse and nested ones by their parts.</summary>
    /// <exception cref="CheckpointException">Objects refer to each other so that there are more paths than any machine can list.</exception>
    public IReadOnlyList<NamedTensor> Tensors => _tensors.Value;

    /// <summary>
    /// Checks the numbers in sparse and nested tensors that say where their values belong (<see cref="TensorView.VerifyIndices()"/>). Opening
    /// does not, as they are data.
    /// </summary>
    /// <returns>How many tensors have such numbers.</returns>
    /// <exception cref="CheckpointException"><see cref="CheckpointErrorKind.InvalidTensor"/>, with the tensor's name as the entry.</exception>
    public int VerifyIndices()
    {
        int count = 0;
        var location = new ErrorLocation(Name);
        foreach (
            (string name, PyTensor tensor) in Roots()
                .SelectMany(root => TensorPaths.Collect(root, _limits, location, PyChild.Of))
        )
        {
            if (tensor.View.Layout != TensorLayout.Strided)
            {
                tensor.View.VerifyIndices(location.In(name));
                count++;
            }
        }
        return count;
    }

    private IEnumerable<PyValue> Roots() => _content.Beside is { } beside ? [Root, beside] : [Root];

    /// <summary>Closes the file and frees the memory. Tensors that came from it throw <see cref="ObjectDisposedException"/> afterwards.</summary>
    public void Dispose() => _content.Dispose();
}
