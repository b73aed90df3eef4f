namespace Pth;

/// <summary>A tensor where a pickle holds it.</summary>
public sealed class PyTensor(TensorView view) : PyValue
{
    /// <summary>The tensor.</summary>
    public TensorView View { get; internal set; } = view;

    /// <summary>The call that it was read from; writing repeats it. Null for one made here.</summary>
    internal PyObject? Source { get; init; }

    /// <inheritdoc />
    public override string Describe() => $"tensor {View.DType.TorchName} [{string.Join(", ", View.Shape)}]";
}
