namespace Pth;

/// <summary>A reference to something outside the pickle (<c>BINPERSID</c>, <c>PERSID</c>) that is not a storage.</summary>
public sealed class PyPersistent(PyValue id) : PyValue
{
    /// <summary>What identifies it.</summary>
    public PyValue Id { get; } = id;

    /// <inheritdoc />
    public override string Describe() => "persistent reference";
}
