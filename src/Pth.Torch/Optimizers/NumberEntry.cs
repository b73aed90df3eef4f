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
