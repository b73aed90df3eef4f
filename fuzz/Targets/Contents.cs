using Pth.Errors;
using Pth.Formats;
using Pth.StateDicts;

namespace Pth.Fuzz;

/// <summary>Uses what a reader of a container gives.</summary>
internal static class Contents
{
    public static void Use(ContainerContent content)
    {
        Use(content.Root);
        if (content.Beside is { } beside)
        {
            Use(beside);
        }
    }

    public static void Use(PyValue root)
    {
        foreach (NamedTensor named in TensorPaths.Collect(root, ReadLimits.Default, new ErrorLocation("<input>")))
        {
            Touch.Use(named.Tensor);
        }
    }
}
