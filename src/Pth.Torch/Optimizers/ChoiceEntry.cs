namespace Pth.Torch.Optimizers;

/// <summary>A choice among PyTorch's own implementations of one arithmetic (<c>foreach</c>, <c>fused</c>, <c>capturable</c>).</summary>
internal sealed class ChoiceEntry<TOptions>(string name, PyValue value) : GroupEntry<TOptions>(name)
{
    /// <summary>What PyTorch before 2.1 writes, where that is another value.</summary>
    public PyValue? Before21 { get; init; }

    public override void Read(PyValue value, TOptions options, string where) { }

    public override PyValue Write(TOptions options, WriterProfile profile) =>
        profile > WriterProfile.PyTorch21 ? Before21 ?? value : value;
}
