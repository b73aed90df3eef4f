namespace Pth.Torch.Optimizers;

/// <summary>A number.</summary>
/// <param name="name">PyTorch's name.</param>
/// <param name="field">Where TorchSharp keeps it.</param>
/// <param name="isInt">Whether PyTorch's default is an <c>int</c>.</param>
/// <param name="fallback">What older files that lack it mean; null where none lack it.</param>
internal sealed class NumberEntry<TOptions>(
    string name,
    FieldOf<TOptions, double?> field,
    bool isInt = false,
    double? fallback = null
) : GroupEntry<TOptions>(name)
{
    public override bool IsRequired => fallback is null;

    public override void Read(PyValue value, TOptions options, string where) =>
        field(options) = PyNumbers.ToDouble(value, where);

    public override void Default(TOptions options) => field(options) = fallback;

    public override PyValue Write(TOptions options, WriterProfile profile)
    {
        double value = field(options).GetValueOrDefault();
        return isInt ? PyNumbers.WholeIfItIs(value) : new PyFloat(value);
    }
}

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

/// <summary>A switch that TorchSharp has too; files from before it was there mean that it is off.</summary>
internal sealed class FlagEntry<TOptions>(string name, FieldOf<TOptions, bool?> field) : GroupEntry<TOptions>(name)
{
    public override void Read(PyValue value, TOptions options, string where) =>
        field(options) = PyNumbers.ToBool(value, where);

    public override void Default(TOptions options) => field(options) = false;

    public override PyValue Write(TOptions options, WriterProfile profile) =>
        PyBool.Of(field(options).GetValueOrDefault());
}

/// <summary>A choice among PyTorch's own implementations of one arithmetic (<c>foreach</c>, <c>fused</c>, <c>capturable</c>).</summary>
internal sealed class ChoiceEntry<TOptions>(string name, PyValue value) : GroupEntry<TOptions>(name)
{
    /// <summary>What PyTorch before 2.1 writes, where that is another value.</summary>
    public PyValue? Before21 { get; init; }

    public override void Read(PyValue value, TOptions options, string where) { }

    public override PyValue Write(TOptions options, WriterProfile profile) =>
        profile > WriterProfile.PyTorch21 ? Before21 ?? value : value;
}

/// <summary>A switch that TorchSharp lacks: a file where it is on is refused.</summary>
internal sealed class LackingEntry<TOptions>(string name, string optimizer, string advice = "")
    : GroupEntry<TOptions>(name)
{
    public override void Read(PyValue value, TOptions options, string where)
    {
        if (PyNumbers.ToBool(value, where))
        {
            throw new NotSupportedException($"{where} is True, which TorchSharp's {optimizer} cannot do.{advice}");
        }
    }

    public override PyValue Write(TOptions options, WriterProfile profile) => PyBool.False;
}
