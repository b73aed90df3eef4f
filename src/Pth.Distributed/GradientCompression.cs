namespace Pth.Distributed;

/// <summary>What gradients are sent as. They are kept as they are: only the bytes between ranks are fewer.</summary>
public enum GradientCompression
{
    /// <summary>As they are.</summary>
    None,

    /// <summary>As float16: half of the bytes of float32, 11 bits of precision, nothing over 65,504.</summary>
    Float16,

    /// <summary>As bfloat16: half of the bytes of float32, 8 bits of precision, its whole range.</summary>
    BFloat16,
}
