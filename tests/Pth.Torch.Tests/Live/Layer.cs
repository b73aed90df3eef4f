using static TorchSharp.torch;

namespace Pth.Torch.Tests.Live;

/// <summary>A layer that both have.</summary>
/// <param name="Python">How PyTorch makes it.</param>
/// <param name="Make">How TorchSharp makes the same.</param>
/// <param name="Input">The input that it is run on (see <c>networks.py</c>); null for one that is only saved.</param>
/// <param name="PythonRun">How PyTorch runs the layer <c>m</c> on the input <c>x</c>.</param>
/// <param name="Run">How TorchSharp does; null for a layer from a tensor to a tensor, which can stand in a sequential.</param>
internal sealed record Layer(
    string Python,
    Func<nn.Module> Make,
    string? Input,
    string PythonRun = "m(x)",
    Func<nn.Module, Tensor, Tensor>? Run = null
)
{
    public Tensor RunOn(nn.Module module, Tensor input) =>
        Run is null ? ((nn.Module<Tensor, Tensor>)module).call(input) : Run(module, input);
}
