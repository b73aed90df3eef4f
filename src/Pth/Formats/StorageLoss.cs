using Pth.Bytes;

namespace Pth.Formats;

/// <summary>Why a storage is not whole.</summary>
/// <param name="Reason">For people: <c>the file ends 12 bytes into it</c>.</param>
/// <param name="Prefix">Its first bytes, where they are there and nothing is wrong with them; null where none are.</param>
internal sealed record StorageLoss(string Reason, ByteSource? Prefix = null);
