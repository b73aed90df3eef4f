namespace Pth.Cli.Output;

/// <summary>Elements as text.</summary>
/// <param name="Texts">One text for each, padded so that they stand under each other.</param>
/// <param name="Width">The width that PyTorch counts for one, without the comma behind it.</param>
internal readonly record struct FormattedElements(IReadOnlyList<string> Texts, int Width);
