namespace Pth.Torch;

/// <summary>
/// What is printed for arguments that PyTorch would print and TorchSharp cannot tell, since it keeps them in native code only: all of
/// <c>Embedding</c> and <c>EmbeddingBag</c> but their sizes, the dropout of recurrent layers and transformers, the non-linearity of an
/// <c>RNNCell</c>, the channels of a <c>GroupNorm</c> without weights, the distance of a <c>TripletMarginWithDistanceLoss</c>.
/// </summary>
public enum UnknownArguments
{
    /// <summary>A question mark: <c>Embedding(10, 3, ?)</c>, <c>LSTM(3, 4, num_layers=2, dropout=?)</c>.</summary>
    Mark,

    /// <summary>PyTorch's default, as if nothing else had been given: right for most modules, and invented for the rest.</summary>
    AssumeDefault,
}
