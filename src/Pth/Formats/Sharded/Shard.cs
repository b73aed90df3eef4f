using Pth.Errors;
using Pth.StateDicts;

namespace Pth.Formats.Sharded;

/// <summary>One file of several that hold a model together.</summary>
/// <param name="File">Its name in the folder.</param>
/// <param name="Content">What it holds.</param>
/// <param name="Tensors">Its tensors by name.</param>
internal sealed record Shard(string File, ContainerContent Content, PyDict Tensors)
{
    /// <summary>Opens a shard.</summary>
    /// <exception cref="CheckpointException">It is not there, or not what its format says.</exception>
    public static Shard Open(string folder, string file, OpenContext context)
    {
        string path = Path.Combine(folder, file);
        if (!System.IO.File.Exists(path))
        {
            throw new ErrorLocation(path).Error(
                CheckpointErrorKind.MissingRecord,
                "no such file",
                "a shard, as the index or the numbers of the others say"
            );
        }
        ContainerContent content = context.OpenPath(path);
        try
        {
            return new Shard(file, content, TensorsOf(content.Root, context.Options.Limits, new ErrorLocation(path)));
        }
        catch
        {
            content.Dispose();
            throw;
        }
    }

    private static PyDict TensorsOf(PyValue root, ReadLimits limits, ErrorLocation location)
    {
        if (root is PyDict { Count: 0 } empty)
        {
            return empty;
        }
        StateDictLocation found = StateDictFinder.Find(root, limits, location);
        return found.Value as PyDict ?? found.Read().ToPython();
    }
}
