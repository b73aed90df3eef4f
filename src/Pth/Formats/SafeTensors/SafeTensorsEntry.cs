using System.Runtime.InteropServices;

namespace Pth.Formats.SafeTensors;

/// <summary>What the header says of one tensor.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its element type.</param>
/// <param name="Shape">Its sizes, in elements: 64 bits without sign, so that one beyond 63 bits looks negative.</param>
/// <param name="Start">Its first byte, from the start of the data.</param>
/// <param name="End">Behind its last byte.</param>
/// <param name="Position">Where in the file the entry stands, for errors.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct SafeTensorsEntry(
    string Name,
    SafeTensorsType Type,
    long[] Shape,
    ulong Start,
    ulong End,
    long Position
)
{
    /// <summary>Type and sizes for people: <c>F32 [2, 3]</c>.</summary>
    public string Describe() => $"{Type.Name} [{string.Join(", ", Shape.Select(size => unchecked((ulong)size)))}]";
}
