namespace Pth.Torch.Optimizers;

/// <summary>A switch that TorchSharp has too; files from before it was there mean that it is off.</summary>
internal sealed class FlagEntry<TOptions>(string name, FieldOf<TOptions, bool?> field) : GroupEntry<TOptions>(name)
{
    public override void Read(PyValue value, TOptions options, string where) =>
        field(options) = PyNumbers.ToBool(value, where);

    public override void Default(TOptions options) => field(options) = false;

    public override PyValue Write(TOptions options, WriterProfile profile) =>
        PyBool.Of(field(options).GetValueOrDefault());
}
