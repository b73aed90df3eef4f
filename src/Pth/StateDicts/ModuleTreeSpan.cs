namespace Pth;

/// <summary>A part of a <see cref="ModuleTreeLine"/>.</summary>
/// <param name="Role">What it is.</param>
/// <param name="Text">The text. Names in it are as the file has them: control characters are not yet escaped.</param>
public readonly record struct ModuleTreeSpan(ModuleTreeRole Role, string Text);
