namespace Pth.Security;

/// <summary>A value of a pickle that may hold a pickle or a container.</summary>
/// <param name="Offset">Where its bytes begin in the pickle.</param>
/// <param name="Length">How many there are.</param>
/// <param name="Decoded">The bytes, where they do not lie there as they are.</param>
/// <param name="IsText">Whether they are text.</param>
internal readonly record struct HiddenRange(int Offset, int Length, byte[]? Decoded, bool IsText);
