namespace Pth.StateDicts;

/// <summary>Which values have a tensor somewhere inside. Each value is looked at once, whatever refers to it and however often.</summary>
internal sealed class TensorReach
{
    private readonly HashSet<PyValue> _reaching = new(ReferenceEqualityComparer.Instance);

    private TensorReach() { }

    /// <summary>How many references lead to a tensor or to a value that has one inside: what a file pays for, by bytes of its pickle.</summary>
    public long ReferenceCount { get; private set; }

    public bool Reaches(PyValue value) => value is PyTensor || _reaching.Contains(value);

    public static TensorReach Find(PyValue root)
    {
        var reach = new TensorReach();
        if (PyChild.HasChildren(root))
        {
            reach.Walk(root);
        }
        return reach;
    }

    private void Walk(PyValue root)
    {
        // Most values have one holder; only the others need a list.
        var holder = new Dictionary<PyValue, PyValue>(ReferenceEqualityComparer.Instance);
        var moreHolders = new Dictionary<PyValue, List<PyValue>>(ReferenceEqualityComparer.Instance);
        var seen = new HashSet<PyValue>(ReferenceEqualityComparer.Instance) { root };
        var pending = new Stack<PyValue>([root]);
        var rising = new Stack<PyValue>();

        while (pending.TryPop(out PyValue? value))
        {
            bool hasTensor = false;
            foreach (PyChild child in PyChild.Of(value))
            {
                if (child.Value is PyTensor)
                {
                    ReferenceCount++;
                    hasTensor = true;
                }
                else if (PyChild.HasChildren(child.Value) && !PyContainers.IsPlain(child.Value))
                {
                    if (!holder.TryAdd(child.Value, value))
                    {
                        if (!moreHolders.TryGetValue(child.Value, out List<PyValue>? others))
                        {
                            moreHolders.Add(child.Value, others = []);
                        }
                        others.Add(value);
                    }
                    if (seen.Add(child.Value))
                    {
                        pending.Push(child.Value);
                    }
                }
            }
            if (hasTensor && _reaching.Add(value))
            {
                rising.Push(value);
            }
        }

        while (rising.TryPop(out PyValue? value))
        {
            if (holder.TryGetValue(value, out PyValue? first))
            {
                Rise(first, rising);
            }
            foreach (PyValue other in moreHolders.GetValueOrDefault(value) ?? [])
            {
                Rise(other, rising);
            }
        }
    }

    private void Rise(PyValue holder, Stack<PyValue> rising)
    {
        ReferenceCount++;
        if (_reaching.Add(holder))
        {
            rising.Push(holder);
        }
    }
}
