namespace Pth.Cli.Tests;

/// <summary>A folder that is gone when the test is over.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public TemporaryFolder() => FullName = Directory.CreateTempSubdirectory("pth-").FullName;

    public string FullName { get; }

    /// <summary>The path of a file in it.</summary>
    public string this[string name] => Path.Combine(FullName, name);

    /// <summary>The names of the files in it.</summary>
    public string[] Files =>
        [.. Directory.GetFiles(FullName).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    /// <summary>Saves a state dict in it.</summary>
    public string Save(string name, params (string Key, TensorView Tensor)[] tensors)
    {
        var state = new StateDict();
        foreach ((string key, TensorView tensor) in tensors)
        {
            state.Add(key, tensor);
        }
        Checkpoint.Save(this[name], state, new WriteOptions { Durability = Durability.Kernel });
        return this[name];
    }

    /// <summary>Copies a file into it.</summary>
    public string Copy(string source)
    {
        string target = this[Path.GetFileName(source)];
        File.Copy(source, target);
        return target;
    }

    /// <summary>Writes bytes into a file in it.</summary>
    public string Write(string name, ReadOnlySpan<byte> bytes)
    {
        using FileStream file = File.Create(this[name]);
        file.Write(bytes);
        return this[name];
    }

    public void Dispose() => Directory.Delete(FullName, recursive: true);
}
