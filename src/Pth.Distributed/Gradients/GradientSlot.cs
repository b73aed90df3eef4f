using System.Runtime.InteropServices;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pth.Distributed.Gradients;

/// <summary>The place of one parameter's gradient in a bucket.</summary>
internal sealed class GradientSlot(string name, Parameter parameter, GradientReducer reducer) : IGradientHook
{
    public string Name => name;

    public Parameter Parameter => parameter;

    public GradientBucket Bucket { get; set; } = null!;

    /// <summary>The part of the bucket, in the parameter's shape.</summary>
    public Tensor View { get; set; } = null!;

    /// <summary>Whether the gradient of this backward is in the bucket.</summary>
    public bool IsReady { get; set; }

    /// <summary>Whether the gradient came from a backward, of this step or of one accumulated into it.</summary>
    public bool IsUsed { get; set; }

    /// <summary>Whether the parameter had no gradient, and its place in the bucket is zeros.</summary>
    public bool IsMissing { get; set; }

    public void GradientAccumulated() => reducer.GradientAccumulated(this);

    /// <summary>
    /// Puts the gradient into the bucket, and makes it a view of the bucket, so that the next backward accumulates in place.
    /// It is there already unless the gradient was set to null (or by hand) since.
    /// </summary>
    public void MoveIntoBucket()
    {
        using Tensor? gradient = parameter.grad;
        IsMissing = gradient is null;
        if (gradient is null)
        {
            View.zero_();
        }
        else if (Identity(gradient) != Identity(View))
        {
            View.copy_(gradient);
            parameter.grad = View;
        }
    }

    /// <summary>Makes the gradient the bucket's part.</summary>
    public void AssignView() => parameter.grad = View;

    // at::Tensor is one pointer to the object that all handles of a tensor share.
    private static nint Identity(Tensor tensor) => Marshal.ReadIntPtr(tensor.Handle);

    /// <summary>What tells one tensor from another whatever the handle.</summary>
    public static nint IdentityOf(Tensor tensor) => Identity(tensor);
}
