using Pth.Bytes;
using Pth.Errors;

namespace Pth.Pickle;

/// <summary>
/// Reads pickles of every protocol, 0 to 5, as inert values: nothing is looked up, called or made. One object met twice is
/// one value. Neither the reading nor the proof of depth recurses.
/// </summary>
/// <param name="source">The bytes; a pickle in them is mapped or in memory whole.</param>
/// <param name="location">What errors call the source; the offset is the reader's.</param>
/// <param name="limits">How much a pickle may ask for.</param>
/// <param name="resolver">What makes tensors and the like of names; without one, calls and references stay as they are.</param>
/// <param name="position">Where the first pickle begins.</param>
internal sealed class PickleReader(
    ByteSource source,
    ErrorLocation location,
    ReadLimits limits,
    IPickleResolver? resolver = null,
    long position = 0
)
{
    // A pickle by itself is a file of its own.
    private readonly ReadLimits _limits = limits.For(source.Length);

    public PickleReader(
        ReadOnlyMemory<byte> bytes,
        ErrorLocation location,
        ReadLimits limits,
        IPickleResolver? resolver = null
    )
        : this(new MemorySource(bytes), location, limits, resolver) { }

    /// <summary>Where the next pickle begins: after <see cref="Read"/>, the byte behind its <c>STOP</c>.</summary>
    public long Position { get; private set; } = position;

    /// <summary>The version that the last pickle declares; 0 where it declares none.</summary>
    public int Protocol { get; private set; }

    /// <summary>Reads one pickle, up to its <c>STOP</c>. Legacy files hold several in a row.</summary>
    /// <exception cref="CheckpointException">
    /// <see cref="CheckpointErrorKind.InvalidPickle"/>, <see cref="CheckpointErrorKind.Truncated"/>, <see cref="CheckpointErrorKind.Unsupported"/>
    /// or <see cref="CheckpointErrorKind.LimitExceeded"/>, at the offset of the opcode; or what the resolver throws.
    /// </exception>
    public PyValue Read()
    {
        int length = (int)Math.Min(source.Length - Position, _limits.MaxPickleLength);
        var machine = new PickleMachine(
            source.GetSpan(Position, length),
            Position,
            source.Length,
            location,
            _limits,
            resolver
        );
        PyValue value = machine.Run();
        PickleDepth.Prove(value, _limits.MaxDepth, location.At(Position));
        Protocol = machine.Protocol;
        Position = machine.Position;
        return value;
    }

    /// <summary>Reads the last pickle of the source: nothing may follow it.</summary>
    /// <exception cref="CheckpointException">As <see cref="Read"/>; also when there are bytes behind its <c>STOP</c>.</exception>
    public PyValue ReadLast()
    {
        PyValue value = Read();
        return Position == source.Length
            ? value
            : throw location
                .At(Position)
                .Error(
                    CheckpointErrorKind.InvalidPickle,
                    $"{source.Length - Position} bytes behind the pickle",
                    "its end"
                );
    }
}
