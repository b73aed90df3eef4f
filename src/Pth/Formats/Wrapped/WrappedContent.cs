using Pth.StateDicts;

namespace Pth.Formats.Wrapped;

/// <summary>The content of a checkpoint that lies in something else.</summary>
internal static class WrappedContent
{
    /// <summary>Adds a note. Places in the file are forgotten: they were those in the wrapped one.</summary>
    public static ContainerContent Describe(ContainerContent content, string note)
    {
        foreach (Storage storage in StoragesIn(content.Root))
        {
            storage.FileOffset = null;
        }
        return content with { Info = content.Info with { Notes = [note, .. content.Info.Notes] } };
    }

    private static IEnumerable<Storage> StoragesIn(PyValue root)
    {
        var seen = new HashSet<PyValue>(ReferenceEqualityComparer.Instance) { root };
        var waiting = new Stack<PyValue>();
        waiting.Push(root);
        while (waiting.TryPop(out PyValue? value))
        {
            if (value is PyTensor tensor)
            {
                yield return tensor.View.Storage;
                foreach (TensorPart part in tensor.View.Parts)
                {
                    yield return part.Tensor.Storage;
                }
            }
            else if (value is PyStorage storage)
            {
                yield return storage.Storage;
            }
            else if (PyChild.HasChildren(value))
            {
                foreach (PyChild child in PyChild.Of(value))
                {
                    if (seen.Add(child.Value))
                    {
                        waiting.Push(child.Value);
                    }
                }
            }
        }
    }
}
