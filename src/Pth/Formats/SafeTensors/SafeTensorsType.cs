namespace Pth.Formats.SafeTensors;

/// <summary>An element type of the format.</summary>
/// <param name="Name">As the header spells it: <c>F8_E4M3</c>.</param>
/// <param name="Bits">The bits of an element.</param>
/// <param name="DType">PyTorch's type; null where it has none.</param>
internal sealed record SafeTensorsType(string Name, int Bits, DType? DType);
