namespace Pth.Torch.Native;

/// <summary>The system's way to load a native library, so that tests can say how it fails.</summary>
internal interface INativeLibraries
{
    /// <summary>Loads a library as TorchSharp does: by its name, from where its own assembly finds it.</summary>
    /// <returns>What the system says against it; null where it is loaded.</returns>
    string? Load(string name);
}
