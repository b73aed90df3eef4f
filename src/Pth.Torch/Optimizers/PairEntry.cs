namespace Pth.Torch.Optimizers;

/// <summary>Two numbers that PyTorch keeps in a tuple: <c>betas</c>.</summary>
internal sealed class PairEntry<TOptions>(
    string name,
    FieldOf<TOptions, double?> first,
    FieldOf<TOptions, double?> second,
    bool isSecondInt = false
) : GroupEntry<TOptions>(name)
{
    public override bool IsRequired => true;

    public override void Read(PyValue value, TOptions options, string where)
    {
        if (!PyNumbers.TryGetItems(value, out IReadOnlyList<PyValue>? items) || items.Count != 2)
        {
            throw PyNumbers.Wrong(where, value, "two numbers");
        }
        first(options) = PyNumbers.ToDouble(items[0], where);
        second(options) = PyNumbers.ToDouble(items[1], where);
    }

    public override PyValue Write(TOptions options, WriterProfile profile)
    {
        double end = second(options).GetValueOrDefault();
        return new PyTuple(
            new PyFloat(first(options).GetValueOrDefault()),
            isSecondInt ? PyNumbers.WholeIfItIs(end) : new PyFloat(end)
        );
    }
}
