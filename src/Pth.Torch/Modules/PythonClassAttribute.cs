namespace Pth.Torch;

/// <summary>The name of the Python class that a module stands for, where it is not the name of the .NET class.</summary>
/// <param name="name">The name, say <c>VGG</c>.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class PythonClassAttribute(string name) : Attribute
{
    /// <summary>The name.</summary>
    public string Name => name;
}
