namespace Pth.Security;

/// <summary>What is thought of a class or function.</summary>
/// <param name="Level">How bad it is to name it.</param>
/// <param name="Rule">The rule that says so.</param>
/// <param name="Reason">Why, in words that follow its name.</param>
/// <param name="IsByName">Whether only the last part of its name says so.</param>
/// <param name="Package">Whose code it is; null for what needs none.</param>
internal sealed record Verdict(
    ScanLevel Level,
    string Rule,
    string Reason,
    string? Package = null,
    bool IsByName = false
)
{
    public static Verdict Safe { get; } = new(ScanLevel.Safe, "", "");
}
