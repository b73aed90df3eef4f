using Pth.Bytes;

namespace Pth.Formats;

/// <summary>The elements of a tensor as bytes to be written.</summary>
/// <param name="Data">The bytes.</param>
/// <param name="Expected">The checksum that they must have, where their source records one: what is damaged is not copied on in silence.</param>
internal sealed record ElementBytes(ByteSource Data, StorageChecksum? Expected = null)
{
    /// <summary>Adds them to a file that is written.</summary>
    public void AddTo(WritePlan plan) => plan.Add(Data, Expected is null ? null : Expected.Confirm);
}
