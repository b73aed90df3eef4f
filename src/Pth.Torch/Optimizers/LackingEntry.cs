namespace Pth.Torch.Optimizers;

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
