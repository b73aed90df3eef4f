namespace Pth.Torch;

/// <summary>
/// What is printed for arguments that PyTorch would print and nobody can tell. Everywhere: the channels of a <c>GroupNorm</c> without weights, and the
/// size of an <c>AdaptiveMaxPool3d</c>, which TorchSharp 0.107.0 forgets. Where libtorch cannot be asked, which it can on Linux with x64, also what
/// lies in native code only: all of <c>Embedding</c> and <c>EmbeddingBag</c> but their sizes, the dropout of recurrent layers and transformers, the
/// non-linearity of an <c>RNNCell</c>.
/// </summary>
public enum UnknownArguments
{
    /// <summary>A question mark: <c>Embedding(10, 3, ?)</c>, <c>LSTM(3, 4, num_layers=2, dropout=?)</c>.</summary>
    Mark,

    /// <summary>PyTorch's default, as if nothing else had been given: right for most modules, and invented for the rest.</summary>
    AssumeDefault,
}
