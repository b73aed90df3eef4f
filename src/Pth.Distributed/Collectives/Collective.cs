namespace Pth.Distributed.Collectives;

/// <summary>One operation as a rank asks for it: what, on which memory.</summary>
/// <param name="kind">The operation.</param>
/// <param name="element">The type of the elements.</param>
/// <param name="count">
/// The elements: of the whole buffer for AllReduce and Broadcast, of one rank's part for AllGather and ReduceScatter.
/// </param>
internal sealed unsafe class Collective(CollectiveKind kind, ElementKind element, long count)
{
    public CollectiveKind Kind { get; } = kind;

    public ElementKind Element { get; } = element;

    public long Count { get; } = count;

    public ReduceOp Op { get; init; }

    /// <summary>The rank that broadcasts.</summary>
    public int Root { get; init; }

    /// <summary>What is read. The same as <see cref="Output"/> for AllReduce and Broadcast.</summary>
    public byte* Input { get; init; }

    /// <summary>What is written.</summary>
    public byte* Output { get; init; }

    /// <summary>What is done with the result before the work counts as complete; runs on the thread that completes it.</summary>
    public Action? Then { get; init; }

    /// <summary>What must live, or stay pinned, until the end.</summary>
    public IDisposable? Buffers { get; init; }

    public Work Work { get; } = new();

    public long Bytes => checked(Count * Element.Size());

    /// <summary>How it is named in messages: <c>AllReduce (Sum of 8 float32)</c>.</summary>
    public string Name =>
        Kind switch
        {
            CollectiveKind.Barrier => "Barrier",
            CollectiveKind.Broadcast => $"Broadcast ({Count} {Element.Name()} from rank {Root})",
            CollectiveKind.AllGather => $"AllGather ({Count} {Element.Name()} of each rank)",
            CollectiveKind.ReduceScatter => $"ReduceScatter ({Op} of {Count} {Element.Name()} for each rank)",
            _ => $"AllReduce ({Op} of {Count} {Element.Name()})",
        };

    /// <summary>Ends it well: the result is handed on, the memory given back.</summary>
    public void Complete()
    {
        Then?.Invoke();
        Buffers?.Dispose();
        Work.Complete();
    }

    /// <summary>Ends it with an error. The memory stays: a library may still write there.</summary>
    public void Fail(Exception error) => Work.Fail(error);
}
