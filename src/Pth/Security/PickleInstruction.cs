namespace Pth;

/// <summary>One instruction of a pickle, as <see cref="PickleListing"/> shows it.</summary>
/// <param name="Offset">Where it is, in its stream.</param>
/// <param name="Length">Its bytes, with its argument.</param>
/// <param name="Opcode">Its name, as Python's pickletools gives it: <c>STACK_GLOBAL</c>.</param>
/// <param name="Argument">Its argument, cut to a readable length; null where it has none.</param>
/// <param name="Pops">How many values it takes from the stack; null where it takes all down to the mark.</param>
/// <param name="Pushes">How many it leaves there.</param>
/// <param name="Height">How many values are on the stack behind it, without marks.</param>
/// <param name="Global">The class or function that it would import; null for none.</param>
/// <param name="Level">What is thought of that.</param>
public sealed record PickleInstruction(
    long Offset,
    int Length,
    string Opcode,
    string? Argument,
    int? Pops,
    int Pushes,
    int Height,
    string? Global,
    ScanLevel Level
);
