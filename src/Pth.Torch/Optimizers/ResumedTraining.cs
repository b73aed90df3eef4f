namespace Pth.Torch;

/// <summary>Where training was taken up.</summary>
/// <param name="Epoch">What the file has as <c>epoch</c>; null where it has none.</param>
/// <param name="Module">The names that had no counterpart when the module was loaded.</param>
public sealed record ResumedTraining(long? Epoch, LoadResult Module);
