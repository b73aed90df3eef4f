using Pth.Bytes;
using Pth.Errors;
using Pth.Formats;
using Pth.StateDicts;

namespace Pth;

/// <summary>What <see cref="Checkpoint.Recover"/> found in a damaged file: the tensors that are whole, and which are not.</summary>
/// <remarks>Nothing is invented: a tensor of which one byte is missing, or whose checksum is wrong, is left out. Valid until it is disposed.</remarks>
public sealed class Recovery : IDisposable
{
    private readonly ByteSource _source;

    private Recovery(ByteSource source, RecoveredContent content, ReadOptions options)
    {
        _source = source;
        var location = new ErrorLocation(source.Name);
        var pruner = new LossPruner(content.Root, content.Losses);
        var kept = new List<RecoveredTensor>();
        var lost = new List<LostTensor>();
        foreach (
            (string name, PyTensor tensor) in TensorPaths.Collect(content.Root, options.Limits, location, PyChild.Of)
        )
        {
            if (pruner.LossOf(tensor) is { } loss)
            {
                lost.Add(new LostTensor(name, tensor.View, loss.Reason));
            }
            else
            {
                kept.Add(new RecoveredTensor(name, tensor.View, IsVerified(tensor.View)));
            }
        }
        Root = pruner.Prune(content.Root, location);
        Container = content.Info;
        Kept = kept;
        Lost = lost;
        Notes = content.Notes;
    }

    /// <summary>
    /// What the file held, without the tensors that are lost: no entries in dictionaries, <c>None</c> in lists and tuples. Null where nothing
    /// is left.
    /// </summary>
    public PyValue? Root { get; }

    /// <summary>What kind of file it was.</summary>
    public ContainerInfo Container { get; }

    /// <summary>The tensors that are whole, in the order of the file.</summary>
    public IReadOnlyList<RecoveredTensor> Kept { get; }

    /// <summary>The tensors that are not, in the order of the file.</summary>
    public IReadOnlyList<LostTensor> Lost { get; }

    /// <summary>What is wrong with the file itself, a sentence each; empty where nothing is, or it is in <see cref="Lost"/>.</summary>
    public IReadOnlyList<string> Notes { get; }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _source.Dispose();

    /// <summary>Opens a source, and owns it.</summary>
    internal static Recovery Open(ByteSource source, ReadOptions options)
    {
        try
        {
            return new Recovery(source, Recoverers.Recover(source, options), options);
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    private static bool IsVerified(TensorView view) =>
        view.Parts.IsEmpty
            ? view.Storage.IsMeta || view.ByteCount == 0 || view.Storage.Checksum is { IsRight: true }
            : view.Parts.All(part => IsVerified(part.Tensor));
}
