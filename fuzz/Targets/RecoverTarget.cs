using Pth.Bytes;

namespace Pth.Fuzz;

/// <summary>What takes whole tensors out of damaged files.</summary>
internal sealed class RecoverTarget : IFuzzTarget
{
    public string Name => "recover";

    public void Read(ReadOnlyMemory<byte> input)
    {
        using var recovery = Recovery.Open(new MemorySource(input), ReadOptions.Default);
        foreach (RecoveredTensor kept in recovery.Kept)
        {
            Touch.Use(kept.Tensor);
        }
        foreach (LostTensor lost in recovery.Lost)
        {
            _ = lost.ToString();
        }
        if (recovery.Root is { } root)
        {
            Contents.Use(root);
        }
    }
}
