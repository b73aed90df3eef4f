namespace Pth;

/// <summary>Something that a checkpoint holds beside its state dict.</summary>
/// <param name="Path">Where it is: <c>epoch</c>, <c>model.optimizer</c>.</param>
/// <param name="Text">A short text: the value, or what it is. Strings in it are as the file has them: control characters are not yet escaped.</param>
public readonly record struct CheckpointFact(string Path, string Text);
