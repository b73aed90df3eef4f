using Pth.Cli.Output;

namespace Pth.Cli.Inspection;

/// <summary>Finds the tensor that a person means.</summary>
internal static class TensorChoice
{
    /// <summary>
    /// By its path in the file or, failing that, by its name in the state dict; the part in brackets behind it is a slice, unless the
    /// name itself ends so.
    /// </summary>
    /// <exception cref="CommandException">There is no such tensor, or the slice does not fit it.</exception>
    public static (string Name, TensorView Tensor) Find(Checkpoint checkpoint, string text)
    {
        if (text.Length == 0)
        {
            throw new CommandException("a tensor has a name");
        }
        if (TryFind(checkpoint, text) is { } whole)
        {
            return (text, whole);
        }
        for (int bracket = LastBracket(text, text.Length); bracket > 0; bracket = LastBracket(text, bracket))
        {
            if (text[^1] == ']' && TryFind(checkpoint, text[..bracket]) is { } tensor)
            {
                // x[0][1] is a slice of a slice, as in Python.
                return (text, text[(bracket + 1)..^1].Split("][").Aggregate(tensor, Slice));
            }
        }
        string wanted = text[^1] == ']' && text.Contains('[') ? text[..text.LastIndexOf('[')] : text;
        IReadOnlyList<string> near = NameSuggestions.For(wanted, checkpoint.Tensors.Select(named => named.Name));
        string hint = near.Count == 0 ? "'pth ls' lists them" : $"is it {string.Join(" or ", near)}?";
        throw new CommandException($"{checkpoint.Name}: there is no tensor {wanted}; {hint}");
    }

    private static int LastBracket(string text, int before) => before == 0 ? -1 : text.LastIndexOf('[', before - 1);

    private static TensorView? TryFind(Checkpoint checkpoint, string name)
    {
        foreach (NamedTensor named in checkpoint.Tensors)
        {
            if (named.Name == name)
            {
                return named.Tensor;
            }
        }
        return
            CheckpointLayout.Of(checkpoint.Root).StateDict is not null
            && checkpoint.StateDict.TryGetValue(name, out TensorView? tensor)
            ? tensor
            : null;
    }

    private static TensorView Slice(TensorView tensor, string slice)
    {
        try
        {
            return tensor.Slice(slice);
        }
        catch (Exception e) when (e is FormatException or ArgumentException or InvalidOperationException)
        {
            throw new CommandException(e.Message.Split(" (Parameter", 2)[0]);
        }
    }
}
