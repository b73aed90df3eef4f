namespace Pth;

/// <summary>Which kind of script wrote a checkpoint, by the shape of what is in it.</summary>
public enum CheckpointLayoutKind
{
    /// <summary>The root maps names to tensors.</summary>
    StateDict,

    /// <summary>A dictionary with a state dict and other things: epoch, optimizer, arguments.</summary>
    Training,

    /// <summary>PyTorch Lightning's <c>.ckpt</c>.</summary>
    Lightning,

    /// <summary>Ultralytics' <c>.pt</c>: whole modules under <c>model</c> or <c>ema</c>.</summary>
    Ultralytics,

    /// <summary>timm's training script.</summary>
    Timm,

    /// <summary>OpenAI's Whisper: <c>dims</c> and <c>model_state_dict</c>.</summary>
    Whisper,

    /// <summary>nanoGPT: <c>model</c>, <c>model_args</c>, <c>iter_num</c>.</summary>
    NanoGpt,

    /// <summary>A whole pickled module.</summary>
    Module,

    /// <summary>The state of an optimizer alone.</summary>
    Optimizer,

    /// <summary>Several state dicts under names that do not say which is the network's, as in a GAN.</summary>
    SeveralStateDicts,

    /// <summary>One tensor.</summary>
    Tensor,

    /// <summary>A list or tuple with tensors.</summary>
    List,

    /// <summary>Anything else that has tensors.</summary>
    Other,

    /// <summary>Nothing that has tensors.</summary>
    NoTensors,
}
