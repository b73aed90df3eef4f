namespace Pth.Security;

/// <summary>What a pickle says of a storage that lies outside it.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Elements">Its elements.</param>
/// <param name="ItemSize">The bytes of one; 0 where that is not known.</param>
internal readonly record struct StorageClaim(string Key, long Elements, int ItemSize);
