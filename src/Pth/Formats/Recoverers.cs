using Pth.Bytes;
using Pth.Errors;
using Pth.Formats.Foreign;
using Pth.Formats.SafeTensors;
using Pth.Formats.TorchLegacy;
using Pth.Formats.TorchZip;

namespace Pth.Formats;

/// <summary>All that take whole tensors out of damaged files.</summary>
internal static class Recoverers
{
    private static IRecoverer[] All { get; } =
    [new TorchZipRecoverer(), new TorchLegacyRecoverer(), new SafeTensorsRecoverer()];

    /// <summary>Finds what is whole.</summary>
    /// <exception cref="CheckpointException">The file is of another kind, or not even what describes the tensors is there.</exception>
    public static RecoveredContent Recover(ByteSource source, ReadOptions options)
    {
        if (Array.Find(All, candidate => candidate.Recognizes(source)) is { } recoverer)
        {
            return recoverer.Recover(source, options with { Limits = options.Limits.For(source.Length) });
        }
        throw Containers.Recognizes(source)
            ? new ErrorLocation(source.Name).Error(
                CheckpointErrorKind.Unsupported,
                "another kind of file",
                "torch.save's zip or legacy format, or safetensors, from which whole tensors can be taken"
            )
            : ForeignFiles.Explain(source);
    }
}
