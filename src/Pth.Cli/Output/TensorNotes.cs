namespace Pth.Cli.Output;

/// <summary>What is out of the ordinary about tensors, for a listing that is read from top to bottom.</summary>
internal sealed class TensorNotes
{
    private readonly Dictionary<Storage, string> _firstNames = new(ReferenceEqualityComparer.Instance);

    public string Of(NamedTensor named)
    {
        TensorView tensor = named.Tensor;
        var notes = new List<string>();
        if (!_firstNames.TryAdd(tensor.Storage, named.Name))
        {
            notes.Add($"shares storage with {_firstNames[tensor.Storage]}");
        }
        else if (tensor.Storage.ByteCount > tensor.ByteCount)
        {
            notes.Add($"in a storage of {Amount.Bytes(tensor.Storage.ByteCount)}");
        }
        if (!tensor.IsContiguous)
        {
            notes.Add($"stride {Shape.ForPeople(tensor.Strides)}");
        }
        if (tensor.Device != "cpu")
        {
            notes.Add(tensor.Device);
        }
        if (tensor.IsConjugated)
        {
            notes.Add("conjugated");
        }
        if (tensor.IsNegated)
        {
            notes.Add("negated");
        }
        return string.Join(", ", notes);
    }
}
