namespace Pth.Tests.Formats;

/// <summary>What becomes of a file that is cut or changed.</summary>
internal static class Damage
{
    /// <summary>Reads all of a file: its tensors by name and content, or what is wrong with it.</summary>
    public static string Read(byte[] file)
    {
        try
        {
            using Checkpoint checkpoint = Checkpoint.Open(file);
            return string.Join('\n', checkpoint.Tensors.Select(Describe));
        }
        catch (CheckpointException error)
        {
            return $"{error.Kind}";
        }
    }

    /// <summary>Every beginning of a file but the whole one.</summary>
    public static IEnumerable<byte[]> Cut(byte[] file) =>
        Enumerable.Range(0, file.Length).Select(length => file.AsSpan(0, length).ToArray());

    /// <summary>A file with one bit or all bits of one byte turned, for every byte.</summary>
    public static IEnumerable<(int Offset, byte[] File)> Flip(byte[] file)
    {
        foreach (byte mask in new byte[] { 0x01, 0x80, 0xFF })
        {
            for (int i = 0; i < file.Length; i++)
            {
                byte[] flipped = [.. file];
                flipped[i] ^= mask;
                yield return (i, flipped);
            }
        }
    }

    public static string Describe(NamedTensor named) =>
        $"{named.Name} {named.Tensor.DType} [{string.Join(", ", named.Tensor.Shape)}] {Convert.ToHexString(named.Tensor.Sha256())}";
}
