using Pth.StateDicts;

namespace Pth.Formats;

/// <summary>The values beside tensors, where no state dict says which are beside what: the largest that have no tensor inside.</summary>
internal static class OtherValues
{
    private const int MostListed = 100;

    public static IReadOnlyList<CheckpointFact> Find(PyValue root)
    {
        var found = new List<CheckpointFact>();
        var reach = TensorReach.Find(root);
        var seen = new HashSet<PyValue>(ReferenceEqualityComparer.Instance) { root };
        var open = new Stack<(string Path, PyValue Value)>();
        if (reach.Reaches(root) || root is not PyDict { Count: 0 })
        {
            open.Push(("", root));
        }
        while (found.Count < MostListed && open.TryPop(out (string Path, PyValue Value) holder))
        {
            if (!reach.Reaches(holder.Value))
            {
                string path = holder.Path.Length == 0 ? TensorPaths.RootName : holder.Path;
                found.Add(new CheckpointFact(path, CheckpointFacts.Describe(holder.Value)));
                continue;
            }
            foreach (PyChild child in PyChild.Of(holder.Value).Reverse())
            {
                if (child.Value is not PyTensor && (!PyChild.HasChildren(child.Value) || seen.Add(child.Value)))
                {
                    open.Push((PathOf(holder.Path, child), child.Value));
                }
            }
        }
        return found;
    }

    private static string PathOf(string holder, PyChild child) =>
        child.Key is null ? $"{holder}[{child.Index}]"
        : holder.Length == 0 ? PyKeyText.Of(child.Key)
        : $"{holder}.{PyKeyText.Of(child.Key)}";
}
