using System.Collections.Immutable;

namespace Pth.Formats.TorchSharp;

/// <summary>What a file says of one tensor.</summary>
/// <param name="Name">Its name; null where the file is a lone tensor.</param>
/// <param name="DType">Its element type.</param>
/// <param name="Shape">Its sizes.</param>
/// <param name="Offset">The first byte of its elements in the file.</param>
/// <param name="Length">The bytes of its elements.</param>
internal sealed record TorchSharpEntry(string? Name, DType DType, ImmutableArray<long> Shape, long Offset, long Length);
