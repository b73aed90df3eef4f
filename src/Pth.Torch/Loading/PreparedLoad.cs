using Pth.Torch.Tensors;

namespace Pth.Torch.Loading;

/// <summary>A load of which all is checked and nothing done.</summary>
/// <param name="result">What will have been loaded.</param>
/// <param name="apply">Changes the module.</param>
/// <param name="maker">Made what <paramref name="apply"/> takes.</param>
internal sealed class PreparedLoad(LoadResult result, Action apply, TensorMaker maker) : IDisposable
{
    public LoadResult Result => result;

    /// <summary>Loads. Only a fault of the disk or a cancellation can end it now.</summary>
    public void Apply() => apply();

    public void Dispose() => maker.Dispose();
}
