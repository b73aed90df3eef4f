namespace Pth.Formats.SafeTensors;

/// <summary>What the header says of one tensor.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its element type.</param>
/// <param name="Shape">Its sizes, in elements.</param>
/// <param name="Start">Its first byte, from the start of the data.</param>
/// <param name="End">Behind its last byte.</param>
/// <param name="Position">Where in the file the entry stands, for errors.</param>
internal sealed record SafeTensorsEntry(
    string Name,
    SafeTensorsType Type,
    ulong[] Shape,
    ulong Start,
    ulong End,
    long Position
);
