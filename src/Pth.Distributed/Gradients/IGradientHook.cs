namespace Pth.Distributed.Gradients;

/// <summary>What runs when a gradient has been accumulated. It must not throw: libtorch's frames lie between it and the caller.</summary>
internal interface IGradientHook
{
    void GradientAccumulated();
}
