using Pth.Bytes;
using Pth.Errors;

namespace Pth.Formats;

/// <summary>How a container is opened, and the way to what lies in it or beside it: containers do not know each other.</summary>
/// <param name="Options">How to read.</param>
/// <param name="Copies">Whether all bytes are copied into memory of their own, so that the file can be closed.</param>
internal sealed record OpenContext(ReadOptions Options, bool Copies)
{
    // A zip in a zip is a mistake of packing; five are an attack.
    private const int MaxNesting = 4;

    /// <summary>In how many wrappers the content lies.</summary>
    public int Nesting { get; private init; }

    /// <summary>The context for a file, unless it is for one already, in which this lies.</summary>
    public OpenContext For(long length) =>
        Options.Limits.Budget is null
            ? this with
            {
                Options = Options with { Limits = Options.Limits.For(length) },
            }
            : this;

    /// <summary>Opens a file or a folder that this container names. The content owns it.</summary>
    public ContainerContent OpenPath(string path) =>
        Containers.Open(
            path,
            this with
            {
                Options = Options with { Limits = Options.Limits.ForAnother() },
                Nesting = NextNesting(path),
            }
        );

    /// <summary>Opens what this container wraps. The source stays the caller's unless the content says otherwise.</summary>
    public ContainerContent OpenInner(ByteSource inner) =>
        Containers.Open(inner, this with { Nesting = NextNesting(inner.Name) });

    /// <summary>Whether some reader takes a content, or the beginning of one, for its own.</summary>
    public static bool IsContainer(ByteSource source) => Containers.Recognizes(source);

    private int NextNesting(string name) =>
        Nesting < MaxNesting
            ? Nesting + 1
            : throw new ErrorLocation(name).Error(
                CheckpointErrorKind.LimitExceeded,
                $"containers in containers, {Nesting + 1} deep",
                $"at most {MaxNesting}"
            );
}
