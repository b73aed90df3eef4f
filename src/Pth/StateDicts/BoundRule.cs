namespace Pth.StateDicts;

/// <summary>A <see cref="RenameRule"/> that has seen the names it is for.</summary>
internal abstract class BoundRule
{
    public abstract string Rename(string name);

    /// <summary>
    /// Where a module's path goes, given without a dot at the end. A module moves as its own names do, and stays where the rule
    /// says nothing of whole modules.
    /// </summary>
    public virtual string RenameModule(string path)
    {
        if (path.Length == 0)
        {
            return path;
        }
        string renamed = Rename(path + ".");
        if (renamed.Length == 0)
        {
            return renamed;
        }
        return renamed.EndsWith('.') ? renamed[..^1] : path;
    }

    /// <summary>Modules that the rule puts around the network, outermost first.</summary>
    public virtual IEnumerable<string> NewModules => [];

    /// <remarks>
    /// In the order of PyTorch's <c>consume_prefix_in_state_dict_if_present</c>, which takes each renamed entry out and sets it again:
    /// they end behind the others, and where two meet (<c>''</c> and <c>module</c>) the later value takes the place of the earlier.
    /// </remarks>
    public PyDict RenameMetadata(PyDict metadata)
    {
        var result = new PyDict { IsOrdered = metadata.IsOrdered };
        foreach (PyValue state in metadata.States)
        {
            result.TryAddState(state);
        }
        foreach (string path in NewModules)
        {
            result.Add(path, new PyDict { { "version", 1 } });
        }
        var moved = new List<(string Path, PyValue Value)>();
        foreach ((PyValue key, PyValue value) in metadata)
        {
            string? path = (key as PyString)?.Value;
            string? renamed = path is null ? null : RenameModule(path);
            if (renamed == path)
            {
                result[key] = value;
            }
            else
            {
                moved.Add((renamed!, value));
            }
        }
        foreach ((string path, PyValue value) in moved)
        {
            result[path] = value;
        }
        return result;
    }
}
