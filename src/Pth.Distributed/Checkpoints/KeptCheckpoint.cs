namespace Pth.Distributed;

/// <summary>A checkpoint in the folder of a <see cref="CheckpointManager"/>.</summary>
/// <param name="Step">The step of the training.</param>
/// <param name="Path">The file.</param>
/// <param name="Metric">What it was judged by when it was saved; null where nothing was given or is known.</param>
public sealed record KeptCheckpoint(long Step, string Path, double? Metric);
