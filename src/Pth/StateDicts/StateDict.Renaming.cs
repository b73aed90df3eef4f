using Pth.StateDicts;

namespace Pth;

// Copies with other names or fewer entries; all share the tensors.
public sealed partial class StateDict
{
    /// <summary>A copy that shares the tensors.</summary>
    public StateDict Copy() => Where(_ => true);

    /// <summary>
    /// A copy without this prefix. It is taken off the front of a name only, once: <c>module.encoder.module.weight</c> without
    /// <c>module.</c> is <c>encoder.module.weight</c>. Names that do not begin with it stay as they are, and every entry keeps its place.
    /// </summary>
    /// <param name="prefix">The prefix with its dot: <c>module.</c></param>
    /// <exception cref="InvalidOperationException">Two names would become one; the message has both.</exception>
    /// <remarks>
    /// <see cref="Metadata"/> follows as <c>torch.nn.modules.utils.consume_prefix_in_state_dict_if_present</c> of PyTorch 2 does it.
    /// </remarks>
    public StateDict WithoutPrefix(string prefix) => Rename(RenameRule.StripPrefix(prefix));

    /// <summary>A copy with this prefix before every name.</summary>
    /// <param name="prefix">The prefix with its dot: <c>module.</c></param>
    public StateDict WithPrefix(string prefix) => Rename(RenameRule.AddPrefix(prefix));

    /// <summary>A copy without the names that wrappers add: see <see cref="RenameRule.Unwrap"/>.</summary>
    /// <exception cref="InvalidOperationException">Two names would become one; the message has both.</exception>
    public StateDict Unwrap() => Rename(RenameRule.Unwrap);

    /// <summary>A copy with the rules applied to every name, one after the other. <see cref="Metadata"/> follows.</summary>
    /// <exception cref="InvalidOperationException">Two names would become one; the message has both.</exception>
    public StateDict Rename(params IEnumerable<RenameRule> rules)
    {
        StateDict renamed = EmptyCopy();
        KeyValuePair<string, string>[] plan = Plan(
            rules,
            bound => renamed.Metadata = renamed.Metadata is { } metadata ? bound.RenameMetadata(metadata) : null
        );

        renamed._entries.EnsureCapacity(plan.Length);
        for (int i = 0; i < plan.Length; i++)
        {
            (string from, string to) = plan[i];
            if (renamed._entries.ContainsKey(to))
            {
                string first = plan.First(pair => pair.Value == to).Key;
                throw new InvalidOperationException($"The names '{first}' and '{from}' would both become '{to}'.");
            }
            // A renamed name is a new string, as in Python.
            PyString? key = from == to ? _keys.Find(from) : null;
            renamed.Append(to, key, _entries.GetAt(i).Value);
        }
        return renamed;
    }

    /// <summary>What <see cref="Rename"/> would do: every name with the one it gets, in order. Two may be the same.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> PreviewRename(params IEnumerable<RenameRule> rules) =>
        Plan(rules, _ => { });

    /// <summary>A copy with the entries whose names satisfy the condition. <see cref="Metadata"/> stays whole.</summary>
    public StateDict Where(Func<string, bool> predicate)
    {
        StateDict copy = EmptyCopy();
        foreach ((string name, PyValue value) in _entries)
        {
            if (predicate(name))
            {
                copy.Append(name, _keys.Find(name), value);
            }
        }
        return copy;
    }

    private KeyValuePair<string, string>[] Plan(IEnumerable<RenameRule> rules, Action<BoundRule> applied)
    {
        var plan = new KeyValuePair<string, string>[_entries.Count];
        for (int i = 0; i < plan.Length; i++)
        {
            string name = _entries.GetAt(i).Key;
            plan[i] = new(name, name);
        }
        foreach (RenameRule rule in rules)
        {
            // What a wrapper is shows in the tensors' names; an epoch number beside them has none.
            BoundRule bound = rule.Bind(
                plan.Where((_, index) => _entries.GetAt(index).Value is PyTensor).Select(pair => pair.Value)
            );
            for (int i = 0; i < plan.Length; i++)
            {
                plan[i] = new(plan[i].Key, bound.Rename(plan[i].Value));
            }
            applied(bound);
        }
        return plan;
    }
}
